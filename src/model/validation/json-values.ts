import * as z from 'zod/mini'
import type { JsonObject } from '../json.js'
import { transformed } from './transformed.js'

/** A JSON object. `readPlain` has copied and cleaned it, and has held it to the limits. */
export const jsonObject = transformed(z.unknown(), (value, refuse): JsonObject => {
  if (isJsonObject(value)) return value
  refuse({ code: 'custom', message: 'must be a plain object' })
  return {}
})

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
