"""Getting migrants out of a crisis, home, and on their feet: cases, documents, movements. To come."""
