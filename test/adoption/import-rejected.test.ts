import { describe, expect, test } from 'vitest'
import { importHosts } from './import-hosts.js'
import { inboxesMapped } from './import-mapping.js'
import { at, chat, importInto, line, seen } from './import-rows.js'

describe.each(importHosts)('what the import rejects or tells, from %s', (_, open) => {
  test('writes out what can not be read, with its reason, and imports the rest', async () => {
    const host = await open()
    const store = await host.openStore()
    const long = 'x'.repeat(5_000)
    await host.addChats([
      chat('lan'),
      chat('long', { nick: long }),
      chat('no-account', { account: null }),
      chat('no-page', { page: '' }),
      chat('null', { psid: 'null' }),
    ])
    const huge = line('lan', 4, { body: 'y'.repeat(1024 * 1024 + 1) })
    const timeless = line('lan', 3, { at: null })
    const stray = [line('gone', 1), line('gone', 2, { chat: null })]
    await host.addLines([line('lan', 1), huge, timeless, line('lan', 5), line('no-account', 1), line('long', 1), ...stray])
    const applied = await importInto(host, store).apply()
    const rejected = await host.rejected()
    expect(applied).toMatchObject({ conversations: 1, messages: 2, rejected: { conversations: 4, messages: 6 } })
    const reasonOf = (id: string | undefined) => rejected.find((each) => each.id === id)?.reason
    expect(reasonOf('no-account')).toBe('it has no account')
    expect(reasonOf('no-page')).toBe('it has no inbox')
    expect(reasonOf('long')).toMatch(/nickname/)
    expect(reasonOf('null')).toMatch(/customerId/)
    expect(reasonOf(timeless.id)).toBe('it has no time')
    expect(reasonOf(huge.id)).toMatch(/text/)
    for (const { id } of stray) expect(reasonOf(id)).toBe('it names no conversation that is there')
    expect(await importInto(host, store).verify()).toMatchObject({ ok: true, messages: { rows: 8, seen: 8 }, rejected: rejected.length })
    // Another run writes them out once more, and not twice.
    await importInto(host, store).apply()
    expect(await host.rejected()).toEqual(rejected)
  })

  test('connects the integrations as inboxes, once', async () => {
    const host = await open()
    const store = await host.openStore()
    await store.forAccount('other').connectInbox({ oaId: 'page-9', channel: 'messenger' })
    await host.addChats([chat('lan')])
    await host.addLines([line('lan', 1)])
    await host.addPages([
      { page: 'page-1', account: 'acme', platform: 'facebook' },
      { page: 'page-2', account: 'acme', platform: 'instagram' },
      { page: 'page-9', account: 'acme', platform: 'facebook' },
      { page: 'page-3', account: null },
    ])
    for (let run = 0; run < 2; run++) {
      const applied = await importInto(host, store, { inboxes: inboxesMapped }).apply()
      expect(applied).toMatchObject({ inboxes: 2, rejected: { inboxes: 2 } })
    }
    const { items } = await store.forAccount('acme').listInboxes()
    expect(items.map(({ oaId, channel }) => [oaId, channel]).sort()).toEqual([
      ['page-1', 'messenger'],
      ['page-2', 'instagram'],
    ])
    expect((await seen(store, 'lan'))?.fields.channel).toBe('messenger')
    expect((await host.rejected()).map(({ id, reason }) => [id, reason.slice(0, 17)])).toEqual([
      ['page-3', 'it has no account'],
      ['page-9', 'INBOX_ALREADY_CON'],
    ])
  })

  test('tells what differs in the store', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([chat('lan', { nick: 'Lan' }), chat('hoa')])
    const known = line('lan', 1)
    await host.addLines([known, line('hoa', 1)])
    expect(await importInto(host, store).verify()).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([expect.stringMatching(/^No import/)]),
    })
    const acme = store.forAccount('acme')
    const other = {
      type: 'message',
      messageId: known.mid ?? '',
      text: 'another',
      occurredAt: at(1),
    } as const
    await acme.upsertConversationWithEvents({ oaId: 'page-1', customerId: 'lan', nickname: 'another', events: [other] })
    await importInto(host, store).apply()
    const { sample, ok } = await importInto(host, store).verify()
    expect(ok).toBe(false)
    expect(sample.differences.map(({ customerId, what }) => [customerId, what.replace(/l\d+/, 'n')])).toEqual([
      ['lan', 'Its nickname is another one.'],
      ['lan', 'The message n is another one.'],
    ])
  })
})
