import type { Json } from '../../src/model/json.js'

/** Its `timestamp`, which is in whole seconds. */
export function time(of: Json | undefined): Date {
  return new Date(Number(text(of, 'timestamp')) * 1_000)
}

export function field(of: Json | undefined, name: string): Json | undefined {
  return typeof of === 'object' && of !== null && !Array.isArray(of) ? (of as { readonly [key: string]: Json })[name] : undefined
}

export function text(of: Json | undefined, name: string): string {
  const value = field(of, name)
  return typeof value === 'string' ? value : ''
}

export function list(of: Json | undefined, name: string): readonly Json[] {
  const value = field(of, name)
  return Array.isArray(value) ? value : []
}
