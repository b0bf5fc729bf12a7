import { expect, test } from 'vitest'
import { conversationColumns } from '../../src/postgres/functions/unmerge-conversations.js'
import { expectedTables } from '../../src/postgres/schema/expected-tables.js'

test('a conversation that is parted again gets every column of its table back', () => {
  const columns = Object.keys(expectedTables).flatMap((object) => object.match(/^column conversations\.(\w+)$/)?.[1] ?? [])
  expect([...conversationColumns].sort()).toEqual(columns.sort())
})
