import { shown, toExtendedJson } from './bson.js'

/** An id as a text, or null for what is none or empty. A whole number is the same text, whatever its type. */
export function idText(value: unknown): string | null {
  const plain = plainOf(value)
  if (plain === null || plain === '') return null
  return typeof plain === 'object' ? shown(value) : String(plain)
}

/** A value that the driver read, as JSON and times have it. A number that JavaScript can't hold is a text. */
export function plainOf(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (value instanceof Date || typeof value !== 'object') return typeof value === 'bigint' ? numberOf(String(value)) : value
  if (Array.isArray(value)) return value.map(plainOf)
  const type: unknown = Reflect.get(value, '_bsontype')
  if (typeof type !== 'string') return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plainOf(field)]))
  if (type === 'Int32' || type === 'Double') return Number(Reflect.get(value, 'value'))
  if (type === 'Long') return numberOf(String(value))
  if (type === 'Timestamp') return Number(Reflect.get(value, 'high')) >>> 0
  const plain = toExtendedJson(value)
  return typeof plain === 'object' && plain !== null ? shown(value) : plain
}

function numberOf(digits: string): number | string {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : digits
}
