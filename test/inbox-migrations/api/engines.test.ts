import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { work } from '../../../src/inbox-migrations/index.js'
import { createConversationStore } from '../../../src/store/create-conversation-store.js'
import { backends } from '../../sync/locks/backends.js'
import { between, destinationOaId, fill, silent, sourceOaId } from '../moving.js'
import { hostedApi } from './asking.js'

describe.each(backends.filter(([name]) => name !== 'a standalone MongoDB'))('the API over %s', (_, isAbsent, open) => {
  let backend: ContractBackend
  beforeAll(async () => {
    if (!isAbsent) backend = await open()
  })
  afterAll(async () => backend?.close())

  test.skipIf(isAbsent)('previews, starts, refuses a second one, lists, shows and cancels, and a worker moves', async () => {
    const store = createConversationStore({ adapter: backend.createAdapter() })
    const account = store.forAccount('acme')
    await fill(account, 4)
    const { ask, events } = hostedApi(store)
    const body = { destination_inbox_id: destinationOaId, on_active_conflict: 'skip' }
    const counts = { conversations_count: 4, messages_count: 8, attachments_count: 0, contact_inboxes_count: 4 }
    const preview = await ask(`/preview?destination_inbox_id=${destinationOaId}`)
    expect([preview.status, preview.json]).toEqual([200, expect.objectContaining(counts)])
    const first = await ask('', { body: { ...body, expect: preview.json.fingerprint } })
    expect([first.status, first.json]).toEqual([201, expect.objectContaining({ ...counts, status: 'queued', user_id: 'lan' })])
    const second = await ask('', { body })
    expect([second.status, second.json.migration_id]).toEqual([409, first.json.id])
    const cancelled = await ask(`/${first.json.id}/cancel`, { method: 'POST' })
    expect([cancelled.status, cancelled.json.status]).toEqual([200, 'cancelled'])
    const { id } = (await ask('', { body })).json
    await work(store, { stopWhenIdle: true, pauseMs: 0, idleMs: 0, logger: silent })
    const { json } = await ask('?active=false&limit=1')
    expect(json.migrations).toEqual([(await ask(`/${id}`)).json])
    expect(json.migrations[0]).toMatchObject({ id, status: 'completed', conversations_moved: 4, messages_moved: 8 })
    expect((await account.findByOa({ oaId: sourceOaId })).items).toEqual([])
    expect((await ask('', { account: 'umbrella', as: 'umbrella lan administrator' })).status).toBe(404)
    const about = { ...between, userId: 'lan' }
    expect(events).toEqual([
      { type: 'started', accountId: 'acme', migrationId: first.json.id, ...about, status: 'queued' },
      { type: 'refused', accountId: 'acme', migrationId: null, ...about, code: 'INBOX_MIGRATION_IN_PROGRESS' },
      { type: 'cancelled', accountId: 'acme', migrationId: first.json.id, ...about, status: 'cancelled' },
      { type: 'started', accountId: 'acme', migrationId: id, ...about, status: 'queued' },
      {
        type: 'refused',
        accountId: 'umbrella',
        migrationId: null,
        sourceOaId: null,
        destinationOaId: null,
        userId: 'lan',
        code: 'NOT_FOUND',
      },
    ])
  })
})
