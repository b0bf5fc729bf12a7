import { inOrder, isPlain } from '../../mongo/migrator/exact-ids.js'

/** How values come from the server: as the types that they have there, because JavaScript cannot hold all of them. */
export const exactly = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const

/** A value as a line of a log shows it: the hexadecimal digits of an ObjectId, and a text as it is. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value
  const plain = toExtendedJson(value)
  if (typeof plain === 'object' && plain !== null) {
    const [only, ...others] = Object.values(plain)
    if (typeof only === 'string' && others.length === 0) return only
  }
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/**
 * The id of a document as a text that no other document of its collection has: an ObjectId by its digits, a text as it
 * is, and the others by their type too, so that 1 is not the same as '1'.
 */
export function textOfId(id: unknown): string {
  const isItself = typeof id === 'string' || Reflect.get(Object(id), '_bsontype') === 'ObjectId'
  return isItself ? shown(id) : sameKey(id)
}

/**
 * A text that is the same for values that the server takes for equal, as far as ids go: whole numbers of all types are
 * compared by value, and documents with the order of their fields.
 */
export function sameKey(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sameKey).join()}]`
  if (isPlain(value)) return `{${Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${sameKey(field)}`)}}`
  return numberKey(value) ?? JSON.stringify(toExtendedJson(value))
}

/** The values without those that the server takes for equal to one before. */
export function distinct(values: readonly unknown[]): readonly unknown[] {
  return [...new Map(values.map((value) => [sameKey(value), value])).values()]
}

function numberKey(value: unknown): string | null {
  const type = typeof value === 'object' && value !== null ? String(Reflect.get(value, '_bsontype')) : typeof value
  if (!['number', 'bigint', 'Int32', 'Double', 'Long', 'Decimal128'].includes(type)) return null
  const number = Number(value)
  const isWholeDouble = (type === 'number' || type === 'Double') && Number.isInteger(number)
  const text = isWholeDouble ? String(BigInt(number)) : String(value)
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  if (sign === undefined) return `number ${text}`
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return 'number 0'
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  // 0.1 is not the same number as a double and as a decimal.
  return `number ${sign}${significant}e${power}${power < 0 && type === 'Decimal128' ? ' decimal' : ''}`
}

/**
 * Turns a value that the driver read, or that a host gives, into the canonical form of MongoDB's Extended JSON, which
 * `mongoimport` reads. The driver's own functions for that are in a package that only the host has.
 */
export function toExtendedJson(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'string') return value ?? null
  if (typeof value === 'number') return Number.isInteger(value) ? { $numberInt: String(value) } : { $numberDouble: doubleText(value) }
  if (typeof value === 'bigint') return { $numberLong: String(value) }
  if (value instanceof Date) return { $date: { $numberLong: String(value.getTime()) } }
  if (Array.isArray(value)) return value.map(toExtendedJson)
  if (typeof value !== 'object') return null
  const type: unknown = Reflect.get(value, '_bsontype')
  return typeof type === 'string' ? ofType(type, value) : fieldsOf(value)
}

function fieldsOf(value: object): Record<string, unknown> {
  return inOrder(Object.entries(value).map(([name, field]) => [name, toExtendedJson(field)]))
}

function ofType(type: string, value: object): unknown {
  const field = (name: string): unknown => Reflect.get(value, name)
  switch (type) {
    case 'ObjectId':
      return { $oid: String(value) }
    case 'Int32':
      return { $numberInt: String(field('value')) }
    case 'Double':
      return { $numberDouble: doubleText(Number(field('value'))) }
    case 'Long':
      return { $numberLong: String(value) }
    case 'Decimal128':
      return { $numberDecimal: String(value) }
    case 'Timestamp':
      return { $timestamp: { t: Number(field('high')) >>> 0, i: Number(field('low')) >>> 0 } }
    case 'Binary':
      return { $binary: { base64: base64Of(value), subType: Number(field('sub_type')).toString(16).padStart(2, '0') } }
    case 'BSONRegExp':
      return { $regularExpression: { pattern: field('pattern'), options: field('options') } }
    case 'BSONSymbol':
      return { $symbol: String(field('value')) }
    case 'MinKey':
      return { $minKey: 1 }
    case 'MaxKey':
      return { $maxKey: 1 }
    default:
      return fieldsOf(value)
  }
}

function base64Of(binary: object): string {
  const buffer: unknown = Reflect.get(binary, 'buffer')
  const length = Number(Reflect.get(binary, 'position'))
  return buffer instanceof Uint8Array ? Buffer.from(buffer.subarray(0, length)).toString('base64') : ''
}

function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value)
}
