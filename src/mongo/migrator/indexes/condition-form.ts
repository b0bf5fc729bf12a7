import { numberOf, shellText } from './shell-text.js'

/**
 * The text of a partial index's condition. Conditions that mean the same to the server have the same text: the order of
 * fields and operators does not matter, nor whether `$eq` is written out, nor how `$and` is nested.
 */
export function conditionForm(condition: unknown): string {
  return [...new Set(clauses(condition))].sort().join(' and ')
}

function clauses(condition: unknown): readonly string[] {
  if (!isPlain(condition)) return [shellText(condition)]
  return Object.entries(condition).flatMap(([field, value]) => {
    if (field === '$and' && Array.isArray(value)) return value.flatMap(clauses)
    if (field === '$or' && Array.isArray(value)) return anyOf(value)
    const operators = isPlain(value) ? Object.entries(value) : []
    const isComparison = operators.length > 0 && operators.every(([operator]) => operator.startsWith('$'))
    return isComparison ? operators.map(([operator, operand]) => clause(field, operator, operand)) : [clause(field, '$eq', value)]
  })
}

function anyOf(alternatives: readonly unknown[]): readonly string[] {
  const forms = [...new Set(alternatives.map(conditionForm))].sort()
  return forms.length === 1 ? forms : [`(${forms.join(' or ')})`]
}

function clause(field: string, operator: string, operand: unknown): string {
  const name = JSON.stringify(field)
  if (operator === '$exists') return `${name} $exists ${isTrue(operand)}`
  if (operator === '$type') return `${name} $type ${[...new Set(listOf(operand).map(typeName))].sort().join(', ')}`
  if (operator !== '$in') return `${name} ${operator} ${shellText(operand)}`
  const values = [...new Set(listOf(operand).map(shellText))].sort()
  return values.length === 1 ? `${name} $eq ${values[0]}` : `${name} $in ${values.join(', ')}`
}

/** The server takes any number except 0 for true. */
export function isTrue(value: unknown): boolean {
  const number = numberOf(value)
  return number === null ? value === true : number !== 0
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

const typeNames: Readonly<Record<number, string>> = {
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
}

function typeName(type: unknown): string {
  const number = numberOf(type)
  return number === null ? String(type) : (typeNames[number] ?? String(number))
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return !(value instanceof Date) && !(value instanceof RegExp) && Reflect.get(value, '_bsontype') === undefined
}
