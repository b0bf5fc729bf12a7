import { describe, expect, test } from 'vitest'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { createInboxMigrationApi } from '../../../src/inbox-migrations/index.js'
import { createMemoryAdapter } from '../../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase } from '../../../src/memory/database.js'
import { ConversationStoreError } from '../../../src/model/errors.js'
import { createConversationStore } from '../../../src/store/create-conversation-store.js'
import { between, destinationOaId, fill, house, sourceOaId } from '../moving.js'
import { type Asking, hostedApi, requestOf } from './asking.js'

const start = { destination_inbox_id: destinationOaId, on_active_conflict: 'skip' }
const choices = ['merge', 'close_source', 'skip']

async function hosted() {
  const { store, account } = await house()
  await store.forAccount('umbrella').connectInbox({ oaId: 'other-1', channel: 'whatsapp', provider: 'twilio' })
  const [{ id: otherId = '' } = {}] = (await store.forAccount('umbrella').listInboxes()).items
  return { store, account, otherId, ...hostedApi(store) }
}

describe('what is refused is told to the caller and to the audit, once', () => {
  const about = { type: 'refused', accountId: 'acme', userId: 'lan', migrationId: null }

  test('an inbox of another account, and one that is not there, are the same 404', async () => {
    const { ask, events, otherId } = await hosted()
    const asked: readonly [string, Asking][] = [
      ['', { inbox: 'other-1' }],
      ['', { inbox: otherId }],
      ['', { inbox: 'none' }],
      ['', { inbox: '%zz' }],
      ['', { account: 'umbrella', inbox: 'other-1' }],
      ['/preview?destination_inbox_id=other-1', {}],
      ['', { body: { ...start, destination_inbox_id: otherId } }],
    ]
    for (const [rest, asking] of asked) {
      const { status, json } = await ask(rest, asking)
      expect([status, json], rest).toEqual([404, { error: expect.stringContaining('no such inbox'), code: 'NOT_FOUND' }])
    }
    const unknown = { ...about, sourceOaId: null, destinationOaId: null, code: 'NOT_FOUND' }
    const known = { ...unknown, sourceOaId }
    expect(events).toEqual([unknown, unknown, unknown, unknown, unknown, known, known])
  })

  test('a migration that is not there, or is another inbox’s, is 404', async () => {
    const { ask, events } = await hosted()
    const { id } = (await ask('', { body: start })).json
    events.length = 0
    for (const [rest, asking] of [
      ['/none', {}],
      [`/${id}`, { inbox: destinationOaId }],
      [`/${id}/cancel`, { inbox: destinationOaId, method: 'POST' }],
      ['/none/cancel', { method: 'POST' }],
    ] as const) {
      expect((await ask(rest, asking)).json, rest).toMatchObject({ error: expect.stringContaining('inbox migration'), code: 'NOT_FOUND' })
    }
    expect((await ask(`/${id}`)).json.status).toBe('queued')
    expect(events.map(({ code, sourceOaId }) => [code, sourceOaId])).toEqual([
      ['NOT_FOUND', sourceOaId],
      ['NOT_FOUND', destinationOaId],
      ['NOT_FOUND', destinationOaId],
      ['NOT_FOUND', sourceOaId],
    ])
  })

  test('somebody who is no administrator gets 403, whatever they ask for', async () => {
    const { ask, events, account } = await hosted()
    const asked: readonly [string, Asking][] = [
      ['', {}],
      ['', { body: start }],
      ['/some-id', {}],
      ['/some-id/cancel', { method: 'POST' }],
      ['/preview', {}],
      ['/eligible_destinations', { inbox: 'none' }],
    ]
    for (const [rest, asking] of asked) {
      const { status, json } = await ask(rest, { ...asking, as: 'acme lan agent' })
      expect([status, json]).toEqual([403, { error: 'Only administrators may do this.' }])
    }
    expect(events).toEqual(asked.map(() => ({ ...about, sourceOaId: null, destinationOaId: null, code: 'FORBIDDEN' })))
    expect((await account.listInboxMigrations()).items).toEqual([])
  })

  test('an inbox that takes part in another migration is 409, with that migration', async () => {
    const { ask, events } = await hosted()
    const { id } = (await ask('', { body: start })).json
    events.length = 0
    const { status, json } = await ask('', { body: start })
    expect([status, json]).toEqual([
      409,
      { error: expect.stringContaining('not over'), code: 'INBOX_MIGRATION_IN_PROGRESS', migration_id: id },
    ])
    expect(events).toEqual([{ ...about, ...between, code: 'INBOX_MIGRATION_IN_PROGRESS' }])
  })

  test('an inbox that is not eligible is 422 with the reason, in a preview and in a start', async () => {
    const { ask, events } = await hosted()
    for (const [rest, asking] of [
      ['/preview?destination_inbox_id=page-1', {}],
      ['', { body: { ...start, destination_inbox_id: 'page-1' } }],
      ['', { body: { ...start, destination_inbox_id: sourceOaId } }],
    ] as const) {
      expect(await ask(rest, asking)).toMatchObject({ status: 422, json: { code: 'INBOX_NOT_ELIGIBLE' } })
    }
    const refused = { ...about, sourceOaId, destinationOaId: 'page-1', code: 'INBOX_NOT_ELIGIBLE' }
    expect(events).toEqual([refused, refused, { ...refused, destinationOaId: sourceOaId }])
  })

  test('a start that does not choose what becomes of conflicts is 422 with the choices', async () => {
    const { ask, events } = await hosted()
    for (const on_active_conflict of [undefined, null, 'overwrite', { $ne: 'skip' }]) {
      const { status, json } = await ask('', { body: { ...start, on_active_conflict } })
      const error = "on_active_conflict must be 'merge' or 'close_source' or 'skip'"
      expect([status, json]).toEqual([422, { error, code: 'VALIDATION_FAILED', choices }])
    }
    expect(events).toHaveLength(4)
    expect(events[0]).toEqual({ ...about, sourceOaId, destinationOaId: null, code: 'VALIDATION_FAILED' })
  })

  test.each([
    ['', { body: { on_active_conflict: 'skip' } }, 'destination_inbox_id is required'],
    ['', { body: { ...start, destination_inbox_id: 7 } }, 'destination_inbox_id must be a string'],
    ['', { body: { ...start, expects: 'x' } }, 'expects is not a known field'],
    ['', { body: { ...start, expect: 'x' } }, 'expect must be the fingerprint of a preview'],
    ['', { body: '[]' }, 'must be a plain object'],
    ['/preview', {}, 'destination_inbox_id is required'],
    ['/preview?destination_inbox_id=', {}, 'destination_inbox_id must not be empty'],
    ['?active=yes', {}, 'active must be true or false'],
    ['?limit=0', {}, 'limit must be an integer from 1 to 500'],
    ['?limit=ten', {}, 'limit must be an integer from 1 to 500'],
    ['?limit=501', {}, 'limit must be an integer from 1 to 500'],
    ['?cursor=none', {}, expect.stringMatching(/^cursor /)],
  ] as const)('%s with %j is 422', async (rest, asking, error) => {
    const { ask, events } = await hosted()
    const { status, json } = await ask(rest, asking)
    expect([status, json]).toEqual([422, { error, code: 'VALIDATION_FAILED' }])
    expect(events.map(({ code }) => code)).toEqual(['VALIDATION_FAILED'])
  })
})

test('a body that is none, an address that is none, and a method that is not taken', async () => {
  const { ask, events } = await hosted()
  expect(await ask('', { body: '{' })).toMatchObject({ status: 400, json: { error: 'The body must be a JSON object in UTF-8.' } })
  expect(await ask('', { body: 'a'.repeat(20_000) })).toMatchObject({ status: 413 })
  expect(await ask('', { body: '{}', headers: { 'Content-Type': 'text/plain' } })).toMatchObject({ status: 415 })
  for (const [rest, method, allowed] of [
    ['', 'DELETE', 'GET, POST'],
    ['/preview', 'POST', 'GET'],
    ['/eligible_destinations', 'PUT', 'GET'],
    ['/some-id', 'POST', 'GET'],
    ['/some-id/cancel', 'GET', 'POST'],
    ['', 'constructor', 'GET, POST'],
  ] as const) {
    const { status, headers } = await ask(rest, { method })
    expect([status, headers.get('allow')], `${method} ${rest}`).toEqual([405, allowed])
  }
  for (const rest of ['/some-id/undo', '/some-id/cancel/more', '-of-old']) expect((await ask(rest)).status, rest).toBe(404)
  expect((await ask('/')).status).toBe(200)
  expect(events).toEqual([])
})

test('nobody is let in without a name, and a host may refuse in its own words', async () => {
  const { ask, events, store } = await hosted()
  for (const as of [null, 'acme', 'acme  administrator']) {
    expect(await ask('', { as, body: start })).toMatchObject({ status: 401, json: { error: 'Not authorized.' } })
  }
  const { handle } = hostedApi(store, { authorize: () => new Response('not today', { status: 429 }) })
  const refused = await handle(new Request('https://host.example/api/v1/accounts/acme/inboxes/twilio-1/migrations'))
  expect([refused.status, await refused.text(), events]).toEqual([429, 'not today', []])
})

test.each([undefined, 'acme', 7, true, {}])('an authorize that says %j lets nobody in', async (said) => {
  const { store } = await house()
  const { ask, lines } = hostedApi(store, { authorize: () => said as never })
  expect(await ask('', { body: start })).toMatchObject({ status: 401, json: { error: 'Not authorized.' } })
  expect(lines).toEqual([])
})

test('a host without type checks may have no store for an account', async () => {
  const { ask } = hostedApi((() => undefined) as never)
  expect((await ask('')).status).toBe(404)
})

test('a host may say which inboxes belong together, and whose store it is', async () => {
  const { store } = await house()
  const { ask } = hostedApi(store, {
    store: (accountId) => (accountId === 'acme' ? store : null),
    family: ({ channel }) => (channel === 'whatsapp' || channel === 'messenger' ? 'any' : null),
  })
  expect((await ask('/eligible_destinations')).json.inboxes).toHaveLength(2)
  expect((await ask('', { account: 'umbrella', as: 'umbrella lan administrator' })).status).toBe(404)
})

test('what fails on the host’s side is 500 or 503, and neither the answer nor the log quotes it', async () => {
  const { store } = await house()
  const failing = hostedApi(store, { authorize: () => Promise.reject(new Error('the words of somebody')) })
  expect(await failing.ask('')).toMatchObject({ status: 500, json: { error: 'The request failed. The log of the server says why.' } })
  expect(failing.lines).toEqual([expect.stringMatching(/^\[InboxMigration\] A request is answered with 500: /)])
  expect(failing.lines.join()).not.toContain('somebody')
  const adapter = interceptedAdapter(createMemoryAdapter({ ...createMemoryDatabase(), isMigrated: true }), async ({ name, send }) => {
    if (name === 'beginInboxMigration') throw new ConversationStoreError('CONTENTION', { attempts: 1 })
    return send()
  })
  const busyStore = createConversationStore({ adapter, retry: { attempts: 1 } })
  await fill(busyStore.forAccount('acme'), 1)
  const busy = hostedApi(busyStore)
  const { status, headers, json } = await busy.ask('', { body: start })
  expect([status, headers.get('retry-after'), json.code, busy.events]).toEqual([503, '5', 'CONTENTION', []])
})

test('what the audit throws of a migration that has begun is no refusal', async () => {
  const { store, account } = await house()
  const heard: string[] = []
  const { ask } = hostedApi(store, {
    onAudit: ({ type }) => {
      heard.push(type)
      throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
    },
  })
  expect((await ask('', { body: start })).status).toBe(404)
  expect([heard, (await account.listInboxMigrations()).items.length]).toEqual([['started'], 1])
})

test('a client that goes away stops the preview, which is nobody’s failure', async () => {
  const { store } = await house()
  const { handle, events, lines } = hostedApi(store)
  const asked = new Request(requestOf(`/preview?destination_inbox_id=${destinationOaId}`), { signal: AbortSignal.abort() })
  expect((await handle(asked)).status).toBe(503)
  expect([events, lines]).toEqual([[], [expect.stringContaining('"code":"ABORTED"')]])
})

test('options without which nobody could be let in are refused', async () => {
  const { store } = await house()
  const good = { store, authorize: () => null }
  const wrong = [
    { store },
    { ...good, authorize: 'lan' },
    { ...good, store: undefined },
    { ...good, onAudit: [] },
    { ...good, family: 'any' },
    { ...good, maxBodyBytes: 0 },
  ]
  for (const options of wrong) {
    expect(() => createInboxMigrationApi(options as never)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  }
  expect(() => createInboxMigrationApi(good)).not.toThrow()
})
