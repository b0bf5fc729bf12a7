import { expect, test } from 'vitest'
import { droppedOf, guardsOf } from '../../src/adoption/dropped-guards.js'
import { ensureReady, swapUniqueIndex } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'

test('each of several indexes of a table that were swapped is missed', async () => {
  for (const [name, open] of hosts) {
    const host = await open()
    const fields = [{}, { customerId: 'account', accountId: 'customer_id' }].map((each) => ({ ...host.where, ...each, status: 'status' }))
    if ('query' in host)
      await (host.query as (text: string) => Promise<unknown>)(`alter table "${host.name}".conversations add account text`)
    const swaps = fields.map((conversations) => swapUniqueIndex({ db: host.db, conversations }))
    for (const swap of swaps) expect(await swap.apply(), name).toMatchObject({ ok: true })
    const guards = await guardsOf(host.db, host.where.schema)
    const missed = async () =>
      (await Promise.all((await guards.all()).map((guard) => droppedOf(host.db, guard)))).map(({ length }) => length > 0)
    expect(await missed(), name).toEqual([false, false])
    await host.dropActiveIndex()
    expect((await missed()).sort(), name).toEqual([false, true])
    const lines: string[] = []
    const note = (line: string) => lines.push(line)
    const logger = { debug: note, info: note, warn: note, error: note }
    for (const conversations of fields) await ensureReady(null, { db: host.db, conversations, indexes: {}, logger })
    expect(lines.map((line) => line.includes('was dropped since'))).toEqual([true, false])
    await swaps[0]?.apply()
    await swaps[1]?.revert()
    expect(await missed(), name).toEqual([false])
  }
})
