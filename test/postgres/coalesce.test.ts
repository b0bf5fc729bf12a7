import { describe, expect, test } from 'vitest'
import { ConversationStoreError } from '../../src/model/errors.js'

import { afterSteps, callOf, controlled, messages } from './controlled-lanes.js'

describe('calls on PostgreSQL that share statements', () => {
  test('go at once and as they are while a lane is free, and together when one frees, each lane with its share', async () => {
    const { submit, sent, at } = controlled()
    for (const name of ['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1']) void submit(name)
    expect(sent()).toEqual(['a1', 'b1'])
    expect(at(0).input).toEqual(callOf('a1'))
    await at(1).end()
    expect(sent()).toEqual(['a1', 'b1', 'c1 d1 e1'])
    await at(0).end()
    expect(sent()).toEqual(['a1', 'b1', 'c1 d1 e1', 'f1 g1'])
    expect(at(2).input).toMatchObject({ accountId: 'acme', atomic: false, firstSentAt: null, now: null })
  })

  test('hand each caller its own result, and its own error', async () => {
    const { submit, at, answers } = controlled(1)
    void submit('first')
    const made = submit('a1')
    const conflict = submit('b1')
    const reported = submit('c1', { atomic: false })
    const failure = { code: 'VERSION_CONFLICT', details: { expected: 1, actual: 2 } } as const
    await at(0).end()
    await at(1).end([
      { ok: true, outcome: 'created', conversation: null, events: ['stored'], conflicts: [] },
      { ok: false, failure },
      { ok: false, failure },
    ])
    expect(await made).toEqual([{ ok: true, outcome: 'created', conversation: null, events: ['stored'], conflicts: [] }])
    await expect(conflict).rejects.toEqual(new ConversationStoreError('VERSION_CONFLICT', { expected: 1, actual: 2 }))
    expect(await reported).toEqual([{ ok: false, failure }])
    expect(answers).toHaveLength(4)
  })

  test('never overtake each other for one customer, whatever is free', async () => {
    const { submit, sent, at } = controlled()
    void submit('a1')
    void submit('a2')
    expect(sent()).toEqual(['a1'])
    void submit('b1')
    void submit('a3')
    await at(1).end()
    void submit('c1')
    expect(sent()).toEqual(['a1', 'b1', 'c1'])
    await at(0).end()
    expect(sent()).toEqual(['a1', 'b1', 'c1', 'a2 a3'])
  })

  test('let callers that were answered join what their lane takes next', async () => {
    const { submit, sent, at } = controlled(1)
    void submit('a1').then(afterSteps(20, () => submit('a2')))
    void submit('b1')
    await at(0).end()
    expect(sent()).toEqual(['a1', 'b1 a2'])
  })

  test('keep the place of who waits for a customer when one that was answered calls again', async () => {
    const { submit, sent, at } = controlled()
    void submit('a1').then(afterSteps(20, () => submit('a3')))
    void submit('a2')
    await at(0).end()
    expect(sent()).toEqual(['a1', 'a2 a3'])
  })

  test('share a statement only within an account, a time, a policy and a way to match usernames, the oldest first', async () => {
    const { submit, sent, at } = controlled(1)
    void submit('first')
    const now = new Date(1)
    void submit('a1', { accountId: 'globex' })
    void submit('b1')
    void submit('c1', { now })
    void submit('d1', {}, { defaultOnClosed: { reopenWithin: 5 } })
    void submit('e1', {}, { usernameKey: 'lan' })
    void submit('f1', {}, { defaultOnClosed: { reopenWithin: 5 } })
    void submit('g1', { now: new Date(1) })
    void submit('h1')
    void submit('i1', { accountId: 'globex' })
    for (let index = 0; index < 6; index++) await at(index).end()
    expect(sent()).toEqual(['first', 'a1 i1', 'b1 h1', 'c1 g1', 'd1 f1', 'e1'])
    expect(at(3).input.now).toEqual(now)
  })

  test('keep a customer’s order where what waits can not share a statement', async () => {
    const { submit, sent, at } = controlled(1)
    void submit('first')
    void submit('b1', { now: new Date(1) })
    void submit('a1')
    void submit('a2', { now: new Date(1) })
    void submit('a3')
    for (let index = 0; index < 5; index++) await at(index).end()
    expect(sent()).toEqual(['first', 'b1', 'a1', 'a2', 'a3'])
  })

  test('leave nobody behind a busy customer or a busy account', async () => {
    const { submit, sent, at } = controlled(1)
    void submit('first')
    for (let n = 1; n <= 40; n++) void submit(`a${n}`)
    void submit('b1', { accountId: 'globex' })
    await at(0).end()
    await at(1).end()
    const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `a${from + n}`).join(' ')
    expect(sent()).toEqual(['first', names(1, 16), 'b1'])
    await at(2).end()
    await at(3).end()
    expect(sent().slice(3)).toEqual([names(17, 32), names(33, 40)])
  })

  test('stay within what one call may carry', async () => {
    const { submit, at, statements } = controlled(1)
    const names = (of: string, count: number) => Array.from({ length: count }, (_, n) => `${of}${n}-`)
    const sizes = () => statements.map(({ input }) => input.items.length)
    void submit('first')
    for (const name of names('small', 1001)) void submit(name)
    for (const name of names('many', 3)) void submit(name, {}, { events: messages(2500) })
    for (const name of names('long', 3)) void submit(name, {}, { events: messages(7, 'é'.repeat(512 * 1024)) })
    for (let index = 0; index < 5; index++) await at(index).end()
    expect(sizes()).toEqual([1, 1000, 3, 3, 1])
  })

  test('pass by with several items, and when sent again for a lost reply', () => {
    const { submit, sent, statements } = controlled(1)
    void submit('first')
    void submit('a1', { items: [...callOf('a1').items, ...callOf('b1').items] })
    void submit('a2', { firstSentAt: 1 })
    void submit('none', { items: [] })
    expect(sent()).toEqual(['first', 'a1 b1', 'a2', ''])
    expect(statements[2]?.input).toEqual(callOf('a2', { firstSentAt: 1 }))
  })
})

describe('a shared statement that fails', () => {
  test.each([
    new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: '', message: 'the database cannot hold it' }] }),
    new ConversationStoreError('CONTENTION', { attempts: 1 }),
    new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { retryable: false }),
    new Error('a trigger of the host'),
  ])('has its calls sent by themselves, in order and as they are, where it may be one item’s doing: %s', async (error) => {
    const { submit, sent, at, answers } = controlled(1)
    void submit('first')
    for (const name of ['a1', 'b1', 'a2']) void submit(name)
    await at(0).end()
    void submit('b2')
    await at(1).fail(error)
    expect(sent()).toEqual(['first', 'a1 a2 b1', 'a1'])
    expect(at(2).input).toEqual(callOf('a1'))
    await at(2).fail(error)
    for (let index = 3; index < 6; index++) await at(index).end()
    expect(sent().slice(2)).toEqual(['a1', 'b1', 'a2', 'b2'])
    expect(answers.slice(1)).toEqual([`a1: ${Reflect.get(error, 'code') ?? error.message}`, 'b1: updated', 'a2: updated', 'b2: updated'])
  })

  test.each([
    new ConversationStoreError('UNAVAILABLE', { attempts: 1 }),
    new ConversationStoreError('SCHEMA_OUT_OF_DATE', { missing: ['everything'] }),
    new ConversationStoreError('UNSUPPORTED', { operation: 'this call', needs: 'rights' }),
  ])('fails all of its calls where each would have met the same: %s', async (error) => {
    const { submit, sent, at, answers } = controlled(1)
    for (const name of ['first', 'a1', 'b1']) void submit(name)
    await at(0).end()
    await at(1).fail(error)
    expect(answers.slice(1)).toEqual([`a1: ${error.code}`, `b1: ${error.code}`])
    void submit('c1')
    expect(sent()).toEqual(['first', 'a1 b1', 'c1'])
  })

  test('names each caller’s own operation when its reply is lost', async () => {
    const { submit, at } = controlled(1)
    void submit('first')
    const answers = ['a1', 'b1'].map((name) => submit(name))
    await at(0).end()
    const cause = new Error('Connection terminated unexpectedly')
    await at(1).fail(new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'call a1' }, { cause }))
    for (const [index, name] of ['a1', 'b1'].entries())
      await expect(answers[index]).rejects.toMatchObject({
        code: 'COMMIT_OUTCOME_UNKNOWN',
        details: { operationId: `call ${name}` },
        cause,
      })
  })

  test('leaves no caller without an answer when results are missing', async () => {
    const { submit, at, answers } = controlled(1)
    for (const name of ['first', 'a1', 'b1']) void submit(name)
    await at(0).end()
    await at(1).end([])
    expect(answers).toHaveLength(3)
  })
})
