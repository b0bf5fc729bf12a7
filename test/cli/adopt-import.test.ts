import { describe, expect, test } from 'vitest'
import { importHosts } from '../adoption/import-hosts.js'
import { inboxesMapped, mapped } from '../adoption/import-mapping.js'
import { run, scratchDirectory } from './run-in-process.js'

describe.each(importHosts.filter(([name]) => name !== 'PostgreSQL'))('the command adopt import on %s', (_, open) => {
  test('only plans without --apply, and says what became of each with it', async () => {
    const host = await open()
    const store = await host.openStore()
    await host.addChats([
      { id: 'lan', account: 'acme', page: 'page-1', psid: 'lan', state: 'open' },
      { id: 'lost', page: 'page-1', psid: 'lost', state: 'open' },
    ])
    await host.addLines([{ id: 'l1', chat: 'lan', mid: 'm1', body: 'hello', sender: 'lan', at: new Date(0) }])
    await host.addPages([{ page: 'page-1', account: 'acme', platform: 'facebook' }])
    const adoption = { import: { ...mapped({}), inboxes: inboxesMapped } }
    const directory = await scratchDirectory({
      'conversation-store.config.mjs': `export const config = { adoption: ${JSON.stringify(adoption)} }`,
    })
    const hostDatabase = () => ({ db: host.db, schema: host.where.schema ?? null, databaseNamed: null })
    const adopt = (words: string) => run(['adopt', 'import', ...words.split(' ').filter(Boolean)], { directory, hostDatabase, store })
    const planned = await adopt('')
    expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was changed. Run again with --apply.') })
    expect(planned.stdout).toMatch(/name no customer +1\n/)
    expect(await store.forAccount('acme').countConversations()).toBe(0)
    const applied = await adopt('--apply')
    expect(applied).toMatchObject({
      exitCode: 0,
      stdout:
        '1 conversation opened, 0 more of the same customers, 1 message new, 0 known\nrejected: 1 conversation, 0 messages\ninboxes: 1 connected, 0 rejected\ncompared 1 customer, 0 differ\n',
    })
    const again = JSON.parse((await adopt('--apply --json')).stdout)
    expect(again.report).toMatchObject({ applied: { conversations: 0, known: 1 }, verified: { ok: true } })
    expect(await adopt('--undo')).toMatchObject({ exitCode: 2 })
  })
})
