import { describe, expect, test } from 'vitest'
import { inboxMigrations } from '../../src/inbox-migrations/inbox-migrations.js'
import { work } from '../../src/inbox-migrations/work.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import { between, destinationOaId, house, silent, sleepless, sourceOaId } from './moving.js'

const skip = { onActiveConflict: 'skip' } as const

describe('the moves of inboxes', () => {
  test('name the inboxes to which people can move', async () => {
    const { account } = await house(0)
    const found = await inboxMigrations(account).eligibleDestinations({ sourceOaId })
    expect(found.map(({ oaId }) => oaId)).toEqual([destinationOaId])
    await expect(inboxMigrations(account).eligibleDestinations({ sourceOaId: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('preview what moves and who stays, and start by its fingerprint unless too much changed since', async () => {
    const { account } = await house(200)
    const moves = inboxMigrations(account)
    for (let n = 0; n < 25; n++) await account.upsertConversation({ oaId: destinationOaId, customerId: `c${n}` })
    const preview = await moves.preview(between)
    expect(preview).toMatchObject({ conversations: 200, messages: 400, contactInboxes: 200, people: 200, contacts: 200, unmatched: 175 })
    expect([preview.skipped, preview.known.length, preview.known[0]]).toEqual([25, 20, expect.objectContaining({ matchedBy: 'id' })])
    for (let n = 0; n < 2; n++) await account.upsertConversation({ oaId: sourceOaId, customerId: `later-${n}` })
    const { fingerprint: fresh } = await moves.preview(between)
    await account.upsertConversation({ oaId: sourceOaId, customerId: 'third' })
    const stale = moves.start({ ...between, ...skip, expect: preview.fingerprint })
    await expect(stale).rejects.toMatchObject({ code: 'STALE_PREVIEW', details: { changed: ['conversations', 'contactInboxes'] } })
    await expect(moves.start({ ...between, ...skip, expect: 'none' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    const back = { sourceOaId: destinationOaId, destinationOaId: sourceOaId }
    await expect(moves.start({ ...back, ...skip, expect: fresh })).rejects.toMatchObject({ details: { changed: ['inboxes'] } })
    const begun = await moves.start({ ...between, ...skip, expect: fresh, userId: 'admin' })
    expect(begun).toMatchObject({ status: 'queued', userId: 'admin', counted: { conversations: 203, messages: 400 } })
  })

  test('tell the audit of each start, refusal and wish to cancel, and refuse what is not eligible', async () => {
    const { account, events, onAudit } = await house()
    const moves = inboxMigrations(account, { onAudit })
    const refused = moves.start({ ...between, destinationOaId: 'page-1', ...skip, userId: 'admin' })
    await expect(refused).rejects.toMatchObject({ code: 'INBOX_NOT_ELIGIBLE', httpStatus: 422 })
    const { id } = await moves.start({ ...between, ...skip })
    await expect(moves.start({ ...between, ...skip })).rejects.toMatchObject({ code: 'INBOX_MIGRATION_IN_PROGRESS' })
    expect(await moves.cancel(id, { userId: 'admin' })).toMatchObject({ status: 'cancelled' })
    const about = { accountId: 'acme', sourceOaId }
    expect(events).toEqual([
      { type: 'refused', ...about, destinationOaId: 'page-1', migrationId: null, userId: 'admin', code: 'INBOX_NOT_ELIGIBLE' },
      { type: 'started', ...about, destinationOaId, migrationId: id, userId: null, status: 'queued' },
      { type: 'refused', ...about, destinationOaId, migrationId: null, userId: null, code: 'INBOX_MIGRATION_IN_PROGRESS' },
      { type: 'cancelled', ...about, destinationOaId, migrationId: id, userId: 'admin', status: 'cancelled' },
    ])
  })

  test('tell the audit of no refusal when it is the audit that fails, or the database that gives way', async () => {
    const { account, events, onAudit } = await house()
    const failing = inboxMigrations(account, {
      onAudit: (event) => {
        onAudit(event)
        throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
      },
    })
    await expect(failing.start({ ...between, ...skip })).rejects.toMatchObject({ details: { what: 'contact' } })
    const [begun] = (await failing.list()).items
    expect(events).toEqual([expect.objectContaining({ type: 'started', migrationId: begun?.id })])
    await inboxMigrations(account).cancel(begun?.id ?? '')
    for (const error of [
      new ConversationStoreError('CONTENTION', { attempts: 1 }),
      new ConversationStoreError('ABORTED', {}),
      new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'o' }),
    ]) {
      const givingWay = { ...account, beginInboxMigration: () => Promise.reject(error) }
      await expect(inboxMigrations(givingWay, { onAudit }).start({ ...between, ...skip })).rejects.toBe(error)
    }
    expect(events).toHaveLength(1)
  })

  test('convert a number to another provider, whose inbox takes over the name and the rules of the source', async () => {
    const { store, account } = await house()
    const moves = inboxMigrations(account)
    const windows = async (oaId: string) => (await account.findByOa({ oaId })).items.map(({ windowExpiresAt }) => windowExpiresAt)
    const before = await windows(sourceOaId)
    await expect(moves.convert({ sourceOaId, newOaId: 'new', provider: 'other' })).rejects.toMatchObject({ code: 'INBOX_NOT_ELIGIBLE' })
    const { id } = await moves.convert({ sourceOaId, newOaId: 'new', provider: '360dialog' })
    const inboxes = (await account.listInboxes()).items
    expect(inboxes.find(({ oaId }) => oaId === 'new')).toMatchObject({ provider: '360dialog', name: 'Shop', chatbotId: 'bot' })
    await work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
    expect(await moves.get(id)).toMatchObject({ kind: 'convert', status: 'completed', skipped: 0, moved: { conversations: 3 } })
    expect(await windows('new')).toEqual(before)
    expect((await moves.list({ sourceOaId })).items.map((each) => each.id)).toEqual([id])
  })

  test('connect nothing by a conversion that is refused, and change the provider of no inbox that is there', async () => {
    const { account } = await house()
    const moves = inboxMigrations(account)
    const inboxes = async () => (await account.listInboxes()).items.map(({ oaId, provider, status }) => [oaId, provider, status].join())
    await account.connectInbox({ oaId: 'cloud-2', channel: 'whatsapp', provider: 'whatsapp_cloud' })
    await account.connectInbox({ oaId: 'plain', channel: 'whatsapp' })
    const before = await inboxes()
    const { id } = await moves.start({ ...between, ...skip })
    const inProgress = { code: 'INBOX_MIGRATION_IN_PROGRESS', details: { migrationId: id, ...between } }
    await expect(moves.convert({ sourceOaId, newOaId: 'new', provider: '360dialog' })).rejects.toMatchObject(inProgress)
    await expect(moves.convert({ sourceOaId: 'cloud-2', newOaId: destinationOaId, provider: 'whatsapp_cloud' })).rejects.toMatchObject(
      inProgress,
    )
    await moves.cancel(id)
    const refused = moves.convert({ sourceOaId, newOaId: destinationOaId, provider: '360dialog' })
    await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED', details: { issues: [{ path: 'provider' }] } })
    await expect(refused).rejects.toThrow('connectInbox')
    expect(await inboxes()).toEqual(before)
    await account.disconnectInbox({ oaId: 'cloud-2' })
    const again = await moves.convert({ sourceOaId, newOaId: 'cloud-2', provider: 'whatsapp_cloud' })
    await moves.cancel(again.id)
    await moves.convert({ sourceOaId, newOaId: 'plain', provider: '360dialog' })
    expect(await inboxes()).toEqual(before.map((each) => each.replace('plain,,', 'plain,360dialog,')))
  })

  test('are undone by a migration of its own, which a worker works on and the audit is told of', async () => {
    const { store, account, events, onAudit } = await house()
    const moves = inboxMigrations(account, { onAudit })
    const working = { stopWhenIdle: true, clock: sleepless(), logger: silent, onAudit }
    const before = (await account.findByOa({ oaId: sourceOaId })).items
    const { id } = await moves.start({ ...between, ...skip })
    await work(store, working)
    await account.disconnectInbox({ oaId: sourceOaId })
    const undo = await moves.undo(id, { userId: 'admin' })
    expect(undo).toMatchObject({ kind: 'undo', undoes: id, status: 'queued', counted: { conversations: 3, messages: 6 } })
    await work(store, working)
    expect(await moves.get(undo.id)).toMatchObject({ status: 'completed', skipped: 0, moved: undo.counted })
    const after = (await account.findByOa({ oaId: sourceOaId })).items
    const version = (each: (typeof before)[number]) => ({ ...each, version: each.version + 2, updatedAt: after[0]?.updatedAt })
    expect(after).toEqual(before.map(version))
    await expect(moves.undo(id)).rejects.toMatchObject({ code: 'INBOX_UNDO_REFUSED', details: { undoneBy: undo.id } })
    await expect(moves.undo('unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const about = { accountId: 'acme', sourceOaId: destinationOaId, destinationOaId: sourceOaId }
    expect(events.slice(2)).toEqual([
      { type: 'undo', ...about, migrationId: undo.id, userId: 'admin', status: 'queued' },
      { type: 'ended', ...about, migrationId: undo.id, userId: 'admin', status: 'completed' },
      { type: 'refused', ...about, migrationId: null, userId: null, code: 'INBOX_UNDO_REFUSED' },
    ])
  })

  test('are watched until they are over', async () => {
    const { store, account, advance } = await house(4)
    const moves = inboxMigrations(account, { clock: sleepless() })
    const { id } = await moves.start({ ...between, ...skip })
    const told: unknown[] = []
    for await (const { migration, percentage, conversationsPerSecond, remainingMs } of moves.watch(id)) {
      told.push([migration.status, percentage, conversationsPerSecond, remainingMs])
      advance(1_000)
      const { batches } = migration
      if (batches < 2) await account.moveInboxBatch({ migrationId: id, expectedBatches: batches, people: batches + 1 })
      else await work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
    }
    expect(told).toEqual([
      ['queued', 0, null, null],
      ['running', 25, null, null],
      ['running', 75, 3, 333],
      ['completed', 100, 2, null],
    ])
    await expect(moves.watch('unknown')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
