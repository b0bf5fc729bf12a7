import { describe, expect, test } from 'vitest'
import { adoptDatabase } from '../../examples/adoption/adopt-database.js'
import { hosts } from './hosts.js'
import type { LegacyHost } from './legacy-host.js'
import { legacyRows } from './legacy-rows.js'
import { customerX, refuses, scenes, tableOf } from './story-scenes.js'
import { storyWriters } from './story-writers.js'

/** Tells how a legacy database of so many conversations gets accounts, one active conversation and no doubles. */
export function tellStory(count: number, timeout: number): void {
  describe.each(hosts)('the story of a legacy database on %s', (_, open) => {
    test(`of ${count} conversations, that stays as it becomes`, { timeout }, async () => {
      const host = await open()
      await adopted(host, count)
      for (const scene of Object.values(scenes)) await scene(host)
    })
  })
}

const since = new Date(Date.UTC(2026, 5, 1))

/** Fills a database and adopts it beside live writers. */
export async function adopted(host: LegacyHost, count: number): Promise<void> {
  const rows = await filled(host, count)
  const before = { contacts: await host.contacts(), named: await host.contactsNamed() }
  const writers = storyWriters(host, rows.conversations, since)
  const steps = await adoptDatabase(host.db, tableOf(host))
  const written = await writers.stop()
  expect(written).toBeGreaterThan(0)

  const [orphans, noInbox, doubles] = [(count / 100) * 5, count / 100, count / 100]
  const left = count + 1 - orphans - noInbox
  // Each conversation that was closed away has a message of its own, one that both have, and the first one the storm.
  const [moved, doubled] = [doubles + 1, doubles + 799]
  expect(steps.planned).toMatchObject({ orphans, noOaId: noInbox, ambiguous: 0, noAccount: 0 })
  expect(steps.planned.resolved).toBe(left)
  expect(steps.backfilled).toMatchObject({ updated: left, quarantined: orphans + noInbox, keptAsSet: 0 })
  const { isolation, swap, merge } = steps.before
  expect(isolation).toMatchObject({ ok: false, missing: 0, doubles: { totalGroups: doubles }, indexes: { new: { state: 'absent' } } })
  expect(isolation.conversations).toBeGreaterThanOrEqual(left)
  expect(swap).toMatchObject({ state: 'absent', old: ['oa_id_1_customer_id_1'], doubles: { totalDocuments: 2 * doubles } })
  expect(merge).toMatchObject({ groups: doubles, losers: doubles })
  expect(steps.guarded).toMatchObject({ ok: false, state: 'guarded', old: ['oa_id_1_customer_id_1'] })
  expect(steps.merged).toEqual({ groups: doubles, losers: doubles, movedMessages: moved, doubledMessages: doubled, lateMessages: 0 })
  expect(steps.swapped).toMatchObject({ ok: true, state: 'unique', old: [], doubles: null })
  expect(steps.after.isolation).toMatchObject({ ok: true, problems: [], doubles: null })
  expect(steps.after.merge).toEqual({ ok: true, groups: 0, strandedMessages: 0 })

  // Whoever the conversations name, the contacts are the host's own, and no conversation has lost or changed its name.
  expect(await host.contacts()).toEqual(before.contacts)
  expect(await host.contactsNamed()).toEqual(before.named)
  expect(before.named.length).toBe(count)
  await lostNothing(host, rows, written)
}

/** Every conversation and every message is there, in the archive or in the quarantine, once. */
async function lostNothing(host: LegacyHost, rows: Awaited<ReturnType<typeof filled>>, written: number): Promise<void> {
  const [conversations, messages, archived] = [await host.conversations(), await host.messages(), await host.archived()]
  const kept = (name: string) => archived.filter(({ from }) => from === name).map(({ id }) => id)
  const opened = Array.from({ length: written }, (_, at) => `new-${at}`)
  expect([...conversations.map(({ id }) => id), ...kept('conversations')].sort()).toEqual(
    [...rows.conversations.map(({ id }) => String(id)), 'x-1', ...opened].sort(),
  )
  expect([...messages.map(({ id }) => id), ...kept('messages')].sort()).toEqual(
    [...rows.messages.map(({ id }) => String(id)), ...opened.map((id) => `of-${id}`)].sort(),
  )
  expect(messages.filter(({ messageId }) => messageId === 'storm').length).toBe(1)
  // Of each two the later conversation is kept, whichever contact it names, and the other one is in the archive.
  const standing = new Set(conversations.map(({ id }) => id))
  const later = rows.conversations.filter((_, at) => at % 100 === 99)
  expect(later.filter(({ id }) => !standing.has(String(id)))).toEqual([])
}

/**
 * Fills a database. It has the old unique index, which was made late: over what has come since, because the doubles of
 * before were in its way.
 */
async function filled(host: LegacyHost, count: number) {
  const rows = legacyRows(count, host.idOf)
  await host.addIntegrations([...rows.integrations, { oaId: customerX.oaId, accountId: 'A' }])
  await host.addContacts(rows.contacts)
  await host.addConversations(rows.conversations)
  await host.addMessages(rows.messages)
  await host.addOldIndex(since)
  // The flaw: X can't write again after the conversation was closed.
  const x = { ...customerX, lastMessageAt: new Date(since.getTime() + 1), status: 'open' }
  await host.addConversations([{ id: 'x-1', ...x }])
  await host.setStatus('x-1', 'closed')
  await refuses(host, { id: 'x-2', ...x })
  await host.setStatus('x-1', 'open')
  return rows
}
