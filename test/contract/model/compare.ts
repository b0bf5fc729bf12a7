import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ContractBackend } from '../../../src/contract/index.js'
import { memoryBackend } from '../memory.js'
import { operations } from './arbitraries.js'
import type { Operation } from './operation.js'
import { createReplica } from './replica.js'
import { shortest } from './shortest.js'
import { inOrder, storedState } from './stored-state.js'

const accounts = 5
const callsPerRun = 125

export interface Comparison {
  readonly calls: number
  readonly seed: number
}

/**
 * Runs random calls on the backend and on memory side by side. Compares every answer and, at the end of each run,
 * everything that is stored. Throws with the shortest sequence of calls that shows a difference.
 */
export async function compareWithMemory(backend: ContractBackend, { calls, seed }: Comparison): Promise<void> {
  let runs = 0
  // The last difference that was seen: one that does not show each time has to be told, too.
  let last = ''
  const differ = async (sequence: readonly Operation[]) => {
    const difference = await runsAlike(backend, sequence, `r${runs++}`)
    last = difference ?? last
    return difference !== null
  }
  for (const sequence of fc.sample(operations(accounts, callsPerRun), { seed, numRuns: Math.ceil(calls / callsPerRun) })) {
    if (!(await differ(sequence))) continue
    const failing = await shortest(sequence, differ)
    const told = failing.map((operation) => JSON.stringify(operation)).join('\n')
    const isSteady = await differ(failing)
    assert.fail(`seed ${seed}: these ${failing.length} calls differ${isSteady ? '' : ' at times'}:\n${told}\n${last}`)
  }
}

/** Describes the first answer or the first row that differs. Null when everything is alike. */
async function runsAlike(backend: ContractBackend, sequence: readonly Operation[], run: string): Promise<string | null> {
  const model = memoryBackend()
  const [expected, actual] = [createReplica(model, run), createReplica(backend, run)]
  const accountIds = Array.from({ length: accounts }, (_, account) => `${run}-account-${account}`)
  const knownIds: string[] = []
  try {
    for (const [index, operation] of sequence.entries()) {
      const should = await expected.run(operation, knownIds)
      const is = await actual.run(operation, knownIds)
      assert.deepEqual(is, should, `call ${index}`)
      const id: unknown = Reflect.get(Object(Reflect.get(Object(should), 'conversation')), 'id')
      if (typeof id === 'string' && !knownIds.includes(id)) knownIds.push(id)
    }
    for (const accountId of accountIds) {
      const [is, should] = [await storedState(backend.raw, accountId), await storedState(model.raw, accountId)]
      assert.deepEqual(inOrder(is), inOrder(should), accountId)
    }
    return null
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { actual: is, expected: should } = error as assert.AssertionError
    return `${error.message}\nis     ${JSON.stringify(is)}\nshould ${JSON.stringify(should)}`
  }
}
