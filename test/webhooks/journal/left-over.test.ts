import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ConversationStoreError } from '../../../src/model/errors.js'
import { away, journalHost, post, text } from './journal-host.js'

describe('what is left in the journal', () => {
  test('is taken up by one process at a time', async () => {
    const { store, work } = await journalHost()
    const held = await store.forOperator().acquireLease({ kind: 'webhooks', key: 'journal', holder: 'another', ttlMs: 60_000 })
    expect(await work()).toMatchObject({ more: true, heldBy: { holder: 'another' } })
    await store.forOperator().releaseLease({ kind: 'webhooks', key: 'journal', token: held.acquired ? held.lease.token : 0 })
    expect(await work()).toEqual({ worked: 0, waiting: 0, failed: 0, cleared: 0, more: false })
  })

  test('by a process that died is done once, whatever it had written of it', async () => {
    const { handle, faults, clock, work, texts, kept, acme } = await journalHost({ budgetMs: 1 })
    faults.waits = new Promise(() => {})
    await handle(post(text('m1')))
    faults.waits = null
    clock.now += 59_000
    expect(await work()).toMatchObject({ worked: 0 })
    clock.now += 1_000
    expect(await work()).toMatchObject({ worked: 1, more: false })
    expect(await work()).toMatchObject({ worked: 0 })
    expect(await texts('acme', 'page')).toEqual(['text of m1'])
    expect(await kept('acme')).toMatchObject([{ outcome: 'ingested', attempts: 2 }])
    expect(await acme.findByOaAndCustomer({ oaId: 'page', customerId: 'lan' })).toMatchObject({ unreadCount: 1 })
  })

  test('by a process that still works on it is done by no other, however long it takes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { handle, faults, clock, work, kept, texts } = await journalHost({ budgetMs: 1 })
    let goOn: (value: unknown) => void = () => {}
    faults.waits = new Promise((resolve) => {
      goOn = resolve
    })
    await handle(post(text('m1')))
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 20_000) {
        clock.now += 20_000
        await vi.advanceTimersByTimeAsync(20_000)
      }
    }
    await pass(300_000)
    expect(await work()).toMatchObject({ worked: 0, waiting: 0 })
    goOn(null)
    await vi.waitFor(async () => expect(await kept('acme')).toMatchObject([{ outcome: 'ingested', attempts: 1 }]))
    expect(await texts('acme', 'page')).toEqual(['text of m1'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('by a process that hangs is done by another after ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { handle, faults, clock, work } = await journalHost({ budgetMs: 1 })
    faults.waits = new Promise(() => {})
    await handle(post(text('m1')))
    faults.waits = null
    for (let minute = 0; minute < 12; minute++) {
      clock.now += 60_000
      await vi.advanceTimersByTimeAsync(60_000)
    }
    expect(await work()).toMatchObject({ worked: 1 })
  })

  test('that cannot be done waits for somebody after 12 attempts, and at once where another attempt would not help', async () => {
    const { handle, faults, clock, work, kept } = await journalHost()
    faults.failsWith = away
    await handle(post(text('m1')))
    for (let attempt = 2; attempt <= 12; attempt++) {
      clock.now += 3_600_001
      await work()
    }
    expect(await kept('acme')).toMatchObject([{ outcome: 'failed', attempts: 12 }])
    faults.failsWith = new ConversationStoreError('UNSUPPORTED', { operation: 'events', needs: 'a replica set' })
    await handle(post(text('m2')))
    expect(await kept('acme')).toMatchObject([{ outcome: 'failed', attempts: 1, report: { error: 'UNSUPPORTED' } }, { attempts: 12 }])
  })

  test('is left to somebody who knows its channel', async () => {
    const { handle, faults, clock, work, kept, lines } = await journalHost()
    faults.failsWith = away
    await handle(post(text('m1')))
    clock.now += 3_600_000
    expect(await work({ channels: [] })).toMatchObject({ failed: 1 })
    expect(await kept('acme')).toMatchObject([{ outcome: 'failed', report: { error: 'UNKNOWN_CHANNEL' } }])
    expect(lines.join('\n')).toContain('channels')
  })

  test('is cleared when its time is over', async () => {
    const { handle, clock, work, kept } = await journalHost()
    await handle(post(text('m1')))
    clock.now += 7 * 86_400_000 - 1
    expect(await work()).toMatchObject({ cleared: 0 })
    clock.now += 1
    expect(await work()).toMatchObject({ cleared: 1, more: false })
    expect(await kept('acme')).toEqual([])
  })

  test('stops when it is told to', async () => {
    const { handle, faults, clock, work } = await journalHost()
    faults.failsWith = away
    await handle(post(text('m1')))
    clock.now += 3_600_000
    await expect(work({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
