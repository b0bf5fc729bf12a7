import { describe, expect, test } from 'vitest'
import { backfillAccountIds, mergeDuplicateConversations, swapUniqueIndex } from '../../src/adoption/index.js'
import { hosts } from './hosts.js'
import { legacyRows } from './legacy-rows.js'

const isDouble = (error: unknown) => ['11000', '23505'].includes(String(Reflect.get(Object(error), 'code')))

describe.each(hosts)('live writers on %s', (_, open) => {
  test('see no error beside a backfill, and keep what they set', { timeout: 120_000 }, async () => {
    const host = await open()
    const { integrations, conversations } = legacyRows(400)
    await host.addIntegrations(integrations)
    await host.addConversations(conversations)
    const own: string[] = []
    let running = true
    let at = 0
    const writer = async () => {
      while (running) {
        at += 7
        const id = String(conversations[at % conversations.length]?.id)
        if (at % 2 === 0) {
          await host.setAccount(id, 'of the writer')
          own.push(id)
        } else await host.setStatus(id, 'snoozed')
      }
    }
    const writers = [writer(), writer()]
    const { updated } = await backfillAccountIds({
      db: host.db,
      conversations: host.where,
      pace: { first: 20, least: 5, most: 20 },
    }).apply()
    running = false
    await Promise.all(writers)
    const rows = new Map((await host.conversations()).map(({ id, accountId }) => [id, accountId]))
    expect(own.length).toBeGreaterThan(5)
    for (const id of own) expect(rows.get(id), id).toBe('of the writer')
    expect(updated).toBeGreaterThan(50)
    for (const { id, oaId } of conversations)
      if (oaId?.startsWith('page-')) expect(rows.get(String(id)), String(id)).toMatch(/^(account-\d|of the writer)$/)
  })

  test('make no double from the first statement of a swap on, and see no error but the double key', { timeout: 120_000 }, async () => {
    const host = await open()
    const row = { accountId: 'acme', oaId: 'page', status: 'open' }
    const customers = Array.from({ length: 12 }, (__, at) => `customer-${at}`)
    // Each customer has two conversations, but for the last four.
    await host.addConversations(
      customers.flatMap((customerId, at) => [
        { id: `a-${customerId}`, customerId, ...row },
        ...(at < 8 ? [{ id: `b-${customerId}`, customerId, ...row }] : []),
      ]),
    )
    let began = false
    let running = true
    let made = 0
    let refused = 0
    const writer = async (name: string) => {
      for (let at = 0; running; at++) {
        const customerId = customers[at % customers.length] ?? ''
        try {
          await host.addConversations([{ id: `${name}-${at}`, customerId, ...row }])
          made++
        } catch (error) {
          if (!isDouble(error)) throw error
          refused++
        }
      }
    }
    const conversations = { ...host.where, status: 'status' }
    const swapping = async () => {
      const swap = swapUniqueIndex({ db: host.db, conversations })
      await swap.apply()
      began = true
      await mergeDuplicateConversations({ db: host.db, conversations }).apply()
      return swap.apply()
    }
    // The first call is the one that guards, so the writers begin when it has returned, and go on to the end.
    const swapped = swapping()
    while (!began) await new Promise((resolve) => setImmediate(resolve))
    const writers = [writer('x'), writer('y'), writer('z')]
    expect(await swapped).toMatchObject({ ok: true, doubles: null })
    running = false
    await Promise.all(writers)
    expect({ made, isRefused: refused > 0 }).toEqual({ made: 0, isRefused: true })
    expect((await host.conversations()).map(({ customerId }) => customerId).sort()).toEqual([...customers].sort())
  })
})
