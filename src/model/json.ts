/** Values that every backend returns unchanged. `undefined`, functions, dates and class instances are not JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}
