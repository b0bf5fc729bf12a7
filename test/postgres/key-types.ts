import * as fc from 'fast-check'

/** A type that a key of `context.batch` may have, and values of it as PostgreSQL reads them. */
export interface KeyType {
  readonly type: string
  readonly values: fc.Arbitrary<string>
  /** What has to be there first. `schema` stands for the schema of the test. */
  readonly made?: (schema: string) => string
  /** An extension that the server may lack. */
  readonly extension?: string
}

const digits = (value: number, length: number) => String(value).padStart(length, '0')
const integers = fc.integer().map(String)
const decimals = fc.tuple(fc.integer(), fc.nat(99)).map(([whole, part]) => `${whole}.${digits(part, 2)}`)
const words = fc.string({ unit: 'grapheme', maxLength: 5 }).map((word) => word.replaceAll('\0', ''))
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'é', ' ', '"', '\\'), maxLength: 5 })
const bits = (length: number) => fc.string({ unit: fc.constantFrom('0', '1'), minLength: length, maxLength: length })
const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const dates = fc.oneof(
  fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  fc.constantFrom('infinity', '-infinity', '0044-03-15 BC', '12026-01-01'),
)
const clock = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999_999))
const times = clock.map(([h, m, s, micros]) => `${digits(h, 2)}:${digits(m, 2)}:${digits(s, 2)}.${digits(micros, 6)}`)
const zones = fc.constantFrom('+00', '+05:30', '-11')
const timestamps = fc.tuple(dates, times).map(([date, time]) => {
  if (date.endsWith('infinity')) return date
  return date.endsWith(' BC') ? `${date.slice(0, -3)} ${time} BC` : `${date} ${time}`
})
const intervals = fc
  .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }), fc.integer({ min: -1e9, max: 1e9 }))
  .map(([months, days, micros]) => `${months} months ${days} days ${micros} microseconds`)
const listOf = (elements: fc.Arbitrary<string>) =>
  fc.array(elements, { maxLength: 3 }).map((all) => `{${all.map((each) => `"${each.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`)
const rangeOf = (bounds: fc.Arbitrary<number>) => fc.tuple(bounds, fc.nat(9)).map(([from, length]) => `[${from},${from + length})`)
const octet = fc.nat(255)

/** Every kind of type that PostgreSQL can have an order for, with and without a modifier. */
export const keyTypes: readonly KeyType[] = [
  { type: 'smallint', values: fc.integer({ min: -32768, max: 32767 }).map(String) },
  { type: 'integer', values: integers },
  { type: 'bigint', values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) },
  { type: 'numeric', values: fc.oneof(decimals, fc.constant('NaN'), fc.bigInt().map(String)) },
  { type: 'numeric(20,2)', values: decimals },
  { type: 'real', values: fc.float().map(String) },
  { type: 'double precision', values: fc.double().map(String) },
  { type: 'money', values: decimals },
  { type: 'boolean', values: fc.constantFrom('true', 'false') },
  { type: 'text', values: words },
  { type: 'text collate "C"', values: words },
  { type: 'varchar', values: words },
  { type: 'varchar(3)', values: words },
  { type: 'char(5)', values: letters },
  { type: 'char(36)', values: fc.uuid() },
  { type: 'bpchar', values: letters },
  { type: '"char"', values: fc.constantFrom(...'aZ0 ') },
  { type: 'name', values: letters },
  { type: 'bytea', values: fc.nat(5).chain((length) => hex(length * 2).map((bytes) => `\\x${bytes}`)) },
  { type: 'bit(8)', values: bits(8) },
  { type: 'bit varying', values: fc.nat(9).chain(bits) },
  { type: 'bit varying(12)', values: fc.nat(12).chain(bits) },
  { type: 'uuid', values: fc.uuid() },
  { type: 'date', values: dates },
  { type: 'time', values: times },
  { type: 'time(2)', values: times },
  { type: 'timetz', values: fc.tuple(times, zones).map(([time, zone]) => time + zone) },
  { type: 'timestamp', values: timestamps },
  { type: 'timestamp(3)', values: timestamps },
  { type: 'timestamptz', values: timestamps },
  { type: 'timestamptz(0)', values: timestamps },
  { type: 'interval', values: intervals },
  { type: 'interval day to second(2)', values: intervals },
  { type: 'inet', values: fc.oneof(fc.ipV4(), fc.ipV6()) },
  { type: 'cidr', values: octet.map((first) => `${first}.0.0.0/8`) },
  { type: 'macaddr', values: hex(12) },
  { type: 'macaddr8', values: hex(16) },
  { type: 'oid', values: fc.nat().map(String) },
  { type: 'pg_lsn', values: fc.tuple(hex(4), hex(4)).map((halves) => halves.join('/')) },
  { type: 'jsonb', values: fc.json({ maxDepth: 2 }).filter((text) => !text.includes('\\u') && !/[\ud800-\udfff\0]/.test(text)) },
  { type: 'tsvector', values: fc.array(fc.constantFrom('fat', 'cat:2', 'rat:1A'), { maxLength: 3 }).map((all) => all.join(' ')) },
  { type: 'int4range', values: rangeOf(fc.integer({ min: -99, max: 99 })) },
  { type: 'numrange', values: rangeOf(fc.integer({ min: -99, max: 99 })) },
  { type: 'integer[]', values: listOf(integers) },
  { type: 'text[]', values: listOf(letters) },
  { type: 'char(3)[]', values: listOf(letters) },
  { type: 'bit(4)[]', values: listOf(bits(4)) },
  {
    type: 'mood',
    values: fc.constantFrom('sad', "it's", 'ok'),
    made: (schema) => `create type ${schema}.mood as enum ('sad', 'it''s', 'ok')`,
  },
  { type: 'code', values: letters, made: (schema) => `create domain ${schema}.code as char(4)` },
  {
    type: 'pair',
    values: fc.tuple(fc.nat(9), hex(2)).map((each) => `(${each})`),
    made: (schema) => `create type ${schema}.pair as (a int, b char(2))`,
  },
  { type: 'citext', values: letters, extension: 'citext' },
  { type: 'ltree', values: fc.array(fc.constantFrom('top', 'a', 'B_1')).map((all) => all.join('.')), extension: 'ltree' },
]
