import { describe, expect, test } from 'vitest'
import { unlimited } from '../../src/mongo/call-limits.js'
import { callQueue, type QueuedCall, type SharedBatches } from '../../src/mongo/upsert/call-queue.js'

type Call = QueuedCall<string, string>

/** A queue whose batches end when the test says so. */
function controlled(shared: SharedBatches<string> | null = null) {
  const batches: { readonly inputs: readonly string[]; end(): Promise<void> }[] = []
  const queue = callQueue<string, string>((batch: readonly Call[]) => {
    return new Promise((resolve) => {
      const end = async () => {
        for (const call of batch) call.resolve(call.input)
        resolve()
        await new Promise((turn) => setTimeout(turn, 5))
      }
      batches.push({ inputs: batch.map(({ input }) => input), end })
    })
  }, shared)
  const begun = () => batches.map(({ inputs }) => inputs.join(''))
  return { queue, batches, begun, end: (index: number) => batches[index]?.end() }
}

describe('the queue of calls', () => {
  test('runs an idle key at once, and folds what waits for it meanwhile, in order', async () => {
    const { queue, begun, end } = controlled()
    const answers = ['a', 'b', 'c'].map((input) => queue.submit(['k'], 1, input))
    expect(begun()).toEqual(['a'])
    await end(0)
    expect(begun()).toEqual(['a', 'bc'])
    await end(1)
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c'])
    expect(queue.size).toBe(0)
  })

  test('runs keys side by side', async () => {
    const { queue, begun, end } = controlled()
    void queue.submit(['k'], 1, 'a')
    void queue.submit(['l'], 1, 'b')
    expect(begun()).toEqual(['a', 'b'])
    await end(0)
    await end(1)
    expect(queue.size).toBe(0)
  })

  test('lets callers that were answered join the next batch', async () => {
    const { queue, begun, end } = controlled()
    const again = async (input: string) => queue.submit(['k'], 1, `${await queue.submit(['k'], 1, input)}'`)
    void again('a')
    void again('b')
    await end(0)
    expect(begun()).toEqual(['a', "ba'"])
    await end(1)
    await end(2)
    expect(queue.size).toBe(0)
  })

  test('lets a call with several keys wait for all of them, run alone, and keep its place', async () => {
    const { queue, begun, end } = controlled()
    void queue.submit(['k'], 1, 'a')
    void queue.submit(['k', 'l'], 1, 'B')
    void queue.submit(['l'], 1, 'c')
    void queue.submit(['k'], 1, 'd')
    expect(begun()).toEqual(['a'])
    await end(0)
    expect(begun()).toEqual(['a', 'B'])
    await end(1)
    expect(begun()).toEqual(['a', 'B', 'd', 'c'])
    await end(2)
    await end(3)
    expect(queue.size).toBe(0)
  })

  test('ends two calls with crossing keys', async () => {
    const { queue, begun, end } = controlled()
    const answers = [queue.submit(['k', 'l'], 1, 'A'), queue.submit(['l', 'k'], 1, 'B'), queue.submit(['k', 'k'], 1, 'c')]
    await end(0)
    await end(1)
    await end(2)
    expect(begun()).toEqual(['A', 'B', 'c'])
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'c'])
    expect(queue.size).toBe(0)
  })

  test('bounds a batch by its calls and by its weight', async () => {
    const { queue, batches, end } = controlled()
    void queue.submit(['k'], 1, 'first')
    for (let index = 0; index < 150; index++) void queue.submit(['k'], 1, 'x')
    void queue.submit(['k'], 4_990, 'heavy')
    void queue.submit(['k'], 9_999, 'too heavy')
    for (let index = 0; index < 4; index++) await end(index)
    const sizes = batches.map(({ inputs }) => inputs.length)
    expect(sizes).toEqual([1, 100, 50, 1, 1])
    await end(4)
    expect(queue.size).toBe(0)
  })

  test('refuses what waits beyond its bound, as contention', async () => {
    const { queue } = controlled()
    for (let index = 0; index < 10_000; index++) void queue.submit(['k'], 1, 'x')
    await expect(queue.submit(['k'], 1, 'x')).rejects.toMatchObject({ code: 'CONTENTION', retryable: true })
  })
})

describe('a queue whose keys share batches', () => {
  /** Calls in capitals are of another account, and digits share with nobody. */
  const groupOf = (input: string) => (/\d/.test(input) ? null : input === input.toUpperCase() ? 'another' : 'acme')
  const sharing = () => controlled({ lanes: 2, groupOf })

  test('begins at once while a lane is free, and then takes what waits, its share at a time', async () => {
    const { queue, begun, end } = sharing()
    const answers = [...'abcdefgh'].map((input) => queue.submit([input], 1, input))
    expect(begun()).toEqual(['a', 'b'])
    await end(0)
    expect(begun()).toEqual(['a', 'b', 'cdef'])
    await end(1)
    expect(begun()).toEqual(['a', 'b', 'cdef', 'gh'])
    await end(2)
    await end(3)
    expect(await Promise.all(answers)).toEqual([...'abcdefgh'])
    expect(queue.size).toBe(0)
  })

  test('takes the calls of one key together and in order, and none while the key is at work', async () => {
    const { queue, begun, end } = sharing()
    void queue.submit(['k'], 1, 'a')
    void queue.submit(['l'], 1, 'b')
    for (const input of 'cde') void queue.submit(['k'], 1, input)
    void queue.submit(['m'], 1, 'f')
    await end(1)
    expect(begun()).toEqual(['a', 'b', 'f'])
    await end(0)
    expect(begun()).toEqual(['a', 'b', 'f', 'cde'])
    await end(2)
    await end(3)
    expect(queue.size).toBe(0)
  })

  test('takes no two accounts together, and leaves the one that has waited longest first', async () => {
    const { queue, begun, end } = sharing()
    for (const input of ['a', 'b', 'C', 'd', 'E', 'f']) void queue.submit([input], 1, input)
    await end(0)
    expect(begun()).toEqual(['a', 'b', 'CE'])
    await end(1)
    expect(begun()).toEqual(['a', 'b', 'CE', 'df'])
    await end(2)
    await end(3)
    expect(queue.size).toBe(0)
  })

  test('lets a call that shares with nobody, and one with several keys, pass by the lanes', async () => {
    const { queue, begun, end } = sharing()
    for (const input of ['a', 'b', 'c']) void queue.submit([input], 1, input)
    void queue.submit(['x'], 1, '1')
    void queue.submit(['y', 'z'], 1, 'bulk')
    expect(begun()).toEqual(['a', 'b', '1', 'bulk'])
    for (const index of [0, 1, 2, 3, 4]) await end(index)
    expect(begun()).toEqual(['a', 'b', '1', 'bulk', 'c'])
    expect(queue.size).toBe(0)
  })

  test('bounds a batch by its calls and by its weight', async () => {
    const { queue, batches, end } = sharing()
    void queue.submit(['first'], 1, 'a')
    void queue.submit(['second'], 1, 'b')
    for (let index = 0; index < 250; index++) void queue.submit([`k${index}`], 1, 'c')
    void queue.submit(['heavy'], 4_980, 'd')
    for (let index = 0; index < 6; index++) await end(index)
    expect(batches.map(({ inputs }) => inputs.length)).toEqual([1, 1, 100, 100, 50, 1])
    expect(queue.size).toBe(0)
  })

  test('forgets a call that is given up while it waits for a lane', async () => {
    const { queue, begun, end } = sharing()
    let giveUp: (reason: unknown) => void = () => {}
    for (const input of ['a', 'b']) void queue.submit([input], 1, input)
    const onGivenUp = (act: (reason: unknown) => void) => {
      giveUp = act
      return () => {}
    }
    const given = queue.submit(['c'], 1, 'c', { ...unlimited, onGivenUp })
    void queue.submit(['c'], 1, 'd')
    giveUp(new Error('late'))
    await expect(given).rejects.toThrow('late')
    await end(0)
    expect(begun()).toEqual(['a', 'b', 'd'])
    await end(1)
    await end(2)
    expect(queue.size).toBe(0)
  })
})
