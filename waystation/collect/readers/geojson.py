"""Layers of a map: GeoJSON, each feature a row of its attributes and its geometry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..problems import NotAFeature, NotGeoJson, OtherProjection, SheetTooLarge
from ..registry import Reader, Sheet, SheetOptions
from ..rules import column_names

MOST_BYTES = 100_000_000
WGS_84 = ("CRS84", "EPSG:4326", "EPSG::4326")
GEOMETRY = "geometry"


def read(path: Path, options: SheetOptions) -> Sheet:
    """All attributes of all features as columns, then the geometry; features are counted from 1.

    Raises SheetTooLarge, NotGeoJson, OtherProjection or NotAFeature.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SheetTooLarge(found=f"{size} B", most=f"{MOST_BYTES} B")
    features = _features(path)
    attributes = list(dict.fromkeys(name for feature in features for name in feature["properties"] or {}))
    return Sheet(column_names([[*attributes, GEOMETRY]]), _rows(features, attributes))


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        layer = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refused)
    except (ValueError, RecursionError) as error:  # neither UTF-8 nor JSON, or nested without end
        raise NotGeoJson from error
    if not isinstance(layer, dict) or layer.get("type") != "FeatureCollection":
        raise NotGeoJson
    features = layer.get("features")
    if not isinstance(features, list) or not features:
        raise NotGeoJson
    _check_projection(layer.get("crs"))
    for number, feature in enumerate(features, start=1):
        _check_feature(number, feature)
    return features


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def _check_projection(crs: Any) -> None:
    """GeoJSON is WGS 84; files from before 2016 may say so, or say otherwise."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = str(properties.get("name") if isinstance(properties, Mapping) else crs)
    if not name.endswith(WGS_84):
        raise OtherProjection(crs=name)


def _check_feature(number: int, feature: Any) -> None:
    has_parts = isinstance(feature, Mapping) and {"properties", GEOMETRY} <= feature.keys()
    if (
        not has_parts
        or not isinstance(feature["properties"], Mapping | None)
        or not isinstance(feature[GEOMETRY], Mapping | None)
    ):
        raise NotAFeature(number=number)


def _rows(features: list[dict[str, Any]], attributes: list[str]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for number, feature in enumerate(features, start=1):
        properties = feature["properties"] or {}
        yield number, (*(properties.get(name) for name in attributes), feature[GEOMETRY])


reader = Reader(suffixes=(".geojson", ".json"), read=read)
