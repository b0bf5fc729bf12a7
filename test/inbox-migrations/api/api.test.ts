import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toNodeHandler, work } from '../../../src/inbox-migrations/index.js'
import { between, destinationOaId, house, silent, sleepless, sourceOaId } from '../moving.js'
import { hostedApi, requestOf } from './asking.js'

const start = { destination_inbox_id: destinationOaId, on_active_conflict: 'skip' }

async function hosted(customers = 3) {
  const { store, account, advance } = await house(customers)
  const inboxes = new Map((await account.listInboxes()).items.map((inbox) => [inbox.oaId, inbox.id]))
  const idOf = (oaId: string) => inboxes.get(oaId) ?? 'none'
  return { store, account, advance, idOf, ...hostedApi(store) }
}

describe('an administrator', () => {
  test('starts a migration and sees it by the names of its columns, from the start to the end', async () => {
    const { ask, events, store, account, advance, idOf } = await hosted()
    const begun = await ask('', { body: start })
    const { id } = begun.json
    const counts = { conversations_count: 3, messages_count: 6, attachments_count: 0, contact_inboxes_count: 3 }
    const row = {
      account_id: 'acme',
      kind: 'move',
      source_inbox_id: idOf(sourceOaId),
      destination_inbox_id: idOf(destinationOaId),
      on_active_conflict: 'skip',
      user_id: 'lan',
      contacts_merged: 0,
      error_message: null,
      error_backtrace: null,
      created_at: '2024-05-02T12:00:00.000Z',
      ...counts,
    }
    expect([begun.status, begun.headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(begun.json).toMatchObject({
      ...row,
      status: 'queued',
      conversations_moved: 0,
      started_at: null,
      completed_at: null,
      pass: 1,
      progress_percentage: 0,
      rate: null,
      eta: null,
    })
    await account.moveInboxBatch({ migrationId: id, expectedBatches: 0, people: 1 })
    advance(2_000)
    await account.moveInboxBatch({ migrationId: id, expectedBatches: 1, people: 1 })
    const running = await ask(`/${id}`)
    expect([running.status, running.json]).toEqual([
      200,
      expect.objectContaining({ status: 'running', progress_percentage: 66, rate: 1, eta: '2024-05-02T12:00:03.000Z' }),
    ])
    await work(store, { stopWhenIdle: true, clock: sleepless(), logger: silent })
    expect((await ask(`/${id}`)).json).toMatchObject({
      ...row,
      status: 'completed',
      conversations_moved: 3,
      messages_moved: 6,
      attachments_moved: 0,
      contact_inboxes_moved: 3,
      skipped: 0,
      started_at: '2024-05-02T12:00:00.000Z',
      completed_at: '2024-05-02T12:00:02.000Z',
      pass: 2,
      progress_percentage: 100,
      eta: null,
    })
    expect(events).toEqual([{ type: 'started', accountId: 'acme', migrationId: id, ...between, userId: 'lan', status: 'queued' }])
  })

  test('names an inbox by its id as well as by its `oaId`', async () => {
    const { ask, idOf } = await hosted()
    const { json } = await ask('/eligible_destinations', { inbox: idOf(sourceOaId) })
    const found = { id: idOf(destinationOaId), oa_id: destinationOaId, name: null, channel: 'whatsapp', provider: 'whatsapp_cloud' }
    expect(json).toEqual({ inboxes: [found] })
    const begun = await ask('', { inbox: idOf(sourceOaId), body: { ...start, destination_inbox_id: idOf(destinationOaId) } })
    expect(begun.json).toMatchObject({ source_oa_id: sourceOaId, destination_oa_id: destinationOaId })
  })

  test('previews what a start would find, and starts with its fingerprint unless too much changed', async () => {
    const { ask, account, idOf, events } = await hosted(4)
    await account.upsertConversation({ oaId: destinationOaId, customerId: 'c1' })
    const { status, json } = await ask(`/preview?destination_inbox_id=${destinationOaId}`)
    expect([status, json]).toEqual([
      200,
      expect.objectContaining({
        source_inbox_id: idOf(sourceOaId),
        destination_inbox_id: idOf(destinationOaId),
        conversations_count: 4,
        messages_count: 8,
        attachments_count: 0,
        contact_inboxes_count: 4,
        people: 4,
        contacts: 4,
        unmatched: 3,
        active_conflicts: 1,
        contacts_to_merge: 1,
        staying_apart: 0,
        known: [
          {
            customer_id: 'c1',
            contact_id: expect.any(String),
            matched_by: 'id',
            destination_contact_id: expect.any(String),
            has_active_conflict: true,
            stays_apart: false,
          },
        ],
        fingerprint: expect.any(String),
      }),
    ])
    await account.upsertConversation({ oaId: sourceOaId, customerId: 'later' })
    const stale = await ask('', { body: { ...start, expect: json.fingerprint } })
    expect([stale.status, stale.json]).toEqual([
      409,
      expect.objectContaining({ code: 'STALE_PREVIEW', changed: ['conversations', 'contactInboxes'] }),
    ])
    const fresh = (await ask(`/preview?destination_inbox_id=${destinationOaId}`)).json.fingerprint
    expect((await ask('', { body: { ...start, expect: fresh } })).status).toBe(201)
    expect(events.map(({ type, code }) => code ?? type)).toEqual(['STALE_PREVIEW', 'started'])
  })

  test('lists the newest first, part by part, and only those that are or are not over', async () => {
    const { ask } = await hosted()
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const { id } = (await ask('', { body: start })).json
      ids.unshift(id)
      if (n < 2) expect((await ask(`/${id}/cancel`, { method: 'POST' })).json).toMatchObject({ id, status: 'cancelled' })
    }
    const listed = async (query = '') => {
      const { json } = await ask(query)
      return json.migrations.map(({ id }: { id: string }) => id)
    }
    expect(await listed()).toEqual(ids)
    expect(await listed('?active=true')).toEqual(ids.slice(0, 1))
    expect(await listed('?active=false')).toEqual(ids.slice(1))
    const first = (await ask('?limit=2')).json
    expect(first.migrations.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2))
    const cursor = encodeURIComponent(first.next_cursor)
    expect((await ask(`?limit=2&cursor=${cursor}`)).json).toMatchObject({ migrations: [{ id: ids[2] }], next_cursor: null })
    expect((await ask('', { inbox: destinationOaId })).json).toEqual({ migrations: [], next_cursor: null })
  })

  test('cancels one, and the audit says who', async () => {
    const { ask, events, account } = await hosted()
    const { id } = (await ask('', { body: start })).json
    await account.moveInboxBatch({ migrationId: id, expectedBatches: 0, people: 1 })
    const { status, json } = await ask(`/${id}/cancel`, { method: 'POST', as: 'acme minh administrator' })
    expect([status, json]).toEqual([200, expect.objectContaining({ status: 'running', cancel_requested_at: '2024-05-02T12:00:00.000Z' })])
    expect(events.at(-1)).toEqual({
      type: 'cancelled',
      accountId: 'acme',
      migrationId: id,
      ...between,
      userId: 'minh',
      status: 'running',
    })
  })
})

test('is served by node:http', async () => {
  const { handle } = await hosted()
  const server = createServer(toNodeHandler(handle))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { pathname } = new URL(requestOf('').url)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`
  const headers = { Authorization: 'acme lan administrator', 'Content-Type': 'application/json' }
  const answered = await fetch(url, { method: 'POST', headers, body: JSON.stringify(start) })
  expect([answered.status, await answered.json()]).toEqual([201, expect.objectContaining({ status: 'queued' })])
})
