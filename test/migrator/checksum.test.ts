import { expect, test } from 'vitest'
import { checksumOf } from '../../src/migrator/kernel/checksum.js'

test('line ends and the order of fields do not count, nor does a field that is left out', () => {
  const definition = { sql: ['create table a (\n  b text\n)'], indexes: [{ name: 'i', unique: true }] }
  const turned = { indexes: [{ unique: true, hidden: undefined, name: 'i' }], sql: ['create table a (\r\n  b text\r\n)'] }
  expect(checksumOf(turned)).toBe(checksumOf(definition))
})

test.each([
  ['a text', { sql: 'a' }, { sql: 'b' }],
  [
    'the order of a list',
    [
      ['a', 1],
      ['b', 1],
    ],
    [
      ['b', 1],
      ['a', 1],
    ],
  ],
  ['a revision', { revision: 1 }, { revision: 2 }],
  ['a field', { unique: true }, { unique: true, sparse: true }],
])('%s counts', (_, before, after) => {
  expect(checksumOf(after)).not.toBe(checksumOf(before))
})
