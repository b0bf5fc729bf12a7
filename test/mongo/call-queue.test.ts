import { describe, expect, test } from 'vitest'
import { callQueue, type QueuedCall } from '../../src/mongo/upsert/call-queue.js'

type Call = QueuedCall<string, string>

/** A queue whose batches end when the test says so. */
function controlled() {
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
  })
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
