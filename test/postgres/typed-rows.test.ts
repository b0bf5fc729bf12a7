import { expect, test } from 'vitest'
import { columns } from '../../src/postgres/columns.js'
import { integer, text, textOrNull, timeOrNull } from '../../src/postgres/readers.js'
import { textOf } from '../../src/postgres/sql.js'

const declared = columns({ id: text, seq: integer, nickname: textOrNull, sent_at: timeOrNull })
const row = declared.of({ id: 'm1', seq: '7', nickname: null, sent_at: '1700000000123' })

test('a row is read by the readers of its columns', () => {
  expect([text(row.id), integer(row.seq), textOrNull(row.nickname), timeOrNull(row.sent_at)]).toEqual([
    'm1',
    7,
    null,
    new Date(1_700_000_000_123),
  ])
})

test('a column that is misspelt, or read as what it is not, does not compile', () => {
  // @ts-expect-error No such column is declared.
  expect(() => text(row.nicknam)).toThrow(TypeError)
  // @ts-expect-error The value may be null.
  expect(() => text(row.nickname)).toThrow(TypeError)
  // @ts-expect-error The value is a number.
  expect(text(row.seq)).toBe('7')
  const found: Readonly<Record<string, unknown>> = { id: 'm1' }
  // @ts-expect-error Nothing declares the columns of this row.
  expect(text(found.id)).toBe('m1')
})

test('the select lists are those of the declared columns, with times as milliseconds, or as JSON has them', () => {
  const [first, last] = ["'0001-01-01T00:00:00.000Z'", "'9999-12-31T23:59:59.999Z'"]
  const within = `case when m.sent_at < ${first} then ${first} when m.sent_at > ${last} then ${last} else m.sent_at end`
  const sentAt = `(date_part('epoch', ${within}) * 1000)::bigint`
  expect(textOf(declared.list('m'))).toBe(`m.id, m.seq, m.nickname, ${sentAt} as sent_at`)
  expect(textOf(declared.packed('m'))).toBe(`json_build_array(m.id, m.seq, m.nickname, m.sent_at) as packed`)
  expect(textOf(declared.stored('m'))).toBe('m.id, m.seq, m.nickname, m.sent_at')
  expect(declared.unpack({ packed: '["m1",7,null,"2023-11-14T22:13:20.123+00:00"]' })).toEqual({
    id: 'm1',
    seq: 7,
    nickname: null,
    sent_at: '2023-11-14T22:13:20.123+00:00',
  })
})
