/** The part of ODK Web Forms that our pages use; its package comes without types. */
declare module "@getodk/web-forms" {
  import type { Component, Plugin } from "vue";

  export interface Language {
    readonly language: string;
    readonly isSyntheticDefault?: true;
  }

  export interface InstancePayload {
    readonly status: "ready" | "pending";
    readonly data: readonly [FormData];
  }

  export interface RootNode {
    readonly languages: readonly Language[];
    readonly currentState: { readonly activeLanguage: Language };
    setLanguage(language: Language): void;
    prepareInstancePayload(options: { payloadType: "monolithic" }): Promise<InstancePayload>;
  }

  export const OdkWebForm: Component;
  export const webFormsPlugin: Plugin;
}

declare module "virtual:engine.css";
