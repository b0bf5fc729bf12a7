import { expect } from 'vitest'
import { type ConversationAdapter, createConversationStore } from '../../src/index.js'
import { expectUsable } from './expect-usable.js'
import { readEverything } from './read-everything.js'
import type { Snapshot } from './snapshot.js'

/**
 * Upgrades a database that a release has left, and throws unless its schema is today's, everything that was read then
 * is read now, and writes go on where they stopped. What a later version reads in addition does not count.
 */
export async function expectUpgraded(
  { reading, facts }: Snapshot,
  adapter: ConversationAdapter,
  upgrade: () => Promise<unknown> = () => adapter.migrate(),
): Promise<void> {
  await upgrade()
  expect(await adapter.checkSchema(), 'the schema').toMatchObject({ ok: true, missing: [], different: [] })
  const store = createConversationStore({ adapter, clock: () => new Date(facts.writtenAt) })
  expect(await readEverything(store, facts), 'everything that a host reads').toMatchObject(reading as object)
  await expectUsable(adapter, facts)
}
