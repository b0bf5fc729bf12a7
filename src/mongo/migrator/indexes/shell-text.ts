import type { Doc } from '../../driver.js'

/** A value as the shell writes it. Values that are equal to the server have the same text: 1, 1.0, Int32 and Long. */
export function shellText(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Date) return `ISODate(${JSON.stringify(Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString())})`
  if (value instanceof RegExp) return String(value)
  if (Array.isArray(value)) return `[${value.map(shellText).join(', ')}]`
  if (typeof value === 'object') return bsonText(value) ?? objectText(value)
  return String(value)
}

function objectText(value: object): string {
  const fields = Object.entries(value).map(
    ([field, each]) => `${/^[\w$]+$/.test(field) ? field : JSON.stringify(field)}: ${shellText(each)}`,
  )
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/**
 * Recognises BSON values by their `_bsontype` and not by their class, because the host's driver has classes of its own.
 */
function bsonText(value: object): string | null {
  const type: unknown = Reflect.get(value, '_bsontype')
  if (type === 'Int32' || type === 'Double') return shellText(Number(Reflect.get(value, 'value')))
  if (type === 'Long') return String(value)
  if (type === 'ObjectId') return `ObjectId("${String(value)}")`
  return typeof type === 'string' ? `${type}(${JSON.stringify(value)})` : null
}

export function collectionCall(collection: string, method: string, ...args: readonly unknown[]): string {
  return `db.getCollection(${JSON.stringify(collection)}).${method}(${args.map(shellText).join(', ')})`
}

export function commandCall(command: Doc): string {
  return `db.runCommand(${shellText(command)})`
}

/** The number that a value is to the server, whichever type it has. Null if it is none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  const type: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, '_bsontype') : undefined
  return type === 'Int32' || type === 'Double' || type === 'Long' ? Number(shellText(value)) : null
}
