import * as z from 'zod/mini'
import type { Json, JsonObject } from '../json.js'
import { limits } from '../limits.js'
import { setOwn } from './plain-data.js'
import type { Path } from './refusal.js'
import { tooLarge } from './too-large.js'
import { transformed } from './transformed.js'
import { cleanText } from './unicode.js'

type Refuse = (path: Path, message: string) => void

/**
 * A JSON object within the limits, with its keys and strings cleaned so that every database can hold them. Its input
 * has gone through `readPlain`.
 */
export const jsonObject = transformed(z.unknown(), (value, refuse): JsonObject => {
  let refused = false
  const json = cleanJson(value, [], (path, message) => {
    // Only the first problem is reported. Otherwise a payload that is wrong throughout would make an error as large as
    // itself.
    if (!refused) refuse({ code: 'custom', path, message })
    refused = true
  })
  if (refused) return {}
  if (!isJsonObject(json)) {
    refuse({ code: 'custom', message: 'must be a plain object' })
    return {}
  }
  const bytes = Buffer.byteLength(JSON.stringify(json))
  if (bytes > limits.metadataBytes) refuse(tooLarge('in bytes', limits.metadataBytes, bytes))
  return json
})

function cleanJson(value: unknown, path: Path, refuse: Refuse): Json {
  if (typeof value === 'string') return cleanText(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (path.length >= limits.metadataDepth) {
    refuse(path.slice(0, 3), `must be nested at most ${limits.metadataDepth} deep`)
    return null
  }
  if (Array.isArray(value)) return value.map((element: unknown, index) => cleanJson(element, [...path, index], refuse))
  if (typeof value !== 'object') throw new TypeError('what stands behind readPlain is plain')
  const json: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value)) setOwn(json, cleanText(key), cleanJson(member, [...path, key], refuse))
  return json
}

function isJsonObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
