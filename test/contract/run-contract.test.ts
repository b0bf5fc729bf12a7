import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import nodeTest from 'node:test'
import { describe, test } from 'vitest'
import { type ContractBackend, type ContractCase, type ContractRun, type LeftOut, runCase, runContract } from '../../src/contract/index.js'
import { memoryBackend, memoryLeftOut } from './memory.js'

/** Registers the contract with a runner that runs a test only when it is told to. */
function registered(backend: ContractBackend, leftOut: LeftOut | undefined) {
  const run = new Map<string, () => Promise<void>>()
  const skipped: string[] = []
  const runner = Object.assign((title: string, body: () => Promise<void>) => run.set(title, body), {
    skip: (title: string) => skipped.push(title),
  })
  runContract({ backend: async () => backend, test: runner, ...(leftOut && { leftOut }) })
  const titled = (part: RegExp) => {
    const [title = '', ...others] = [...run.keys()].filter((each) => part.test(each))
    equal(others.length, 0, others.join())
    return { title, body: run.get(title) ?? (() => Promise.reject(new Error(`no test ${part}`))) }
  }
  return { run, skipped, titled }
}

const memory = memoryBackend()
const contractCase = (parts: Partial<ContractCase>): ContractCase => ({ title: 'tries something', run: async () => {}, ...parts })

describe('a run of the contract', () => {
  test('registers what a backend can not run as left out, with the reason, and never as a test that could pass', async () => {
    const { run, skipped, titled } = registered(memory, memoryLeftOut)
    const whole = registered(memory, undefined)
    equal(run.size + skipped.length, whole.run.size)
    for (const title of skipped) match(title, /^left out \(memory has no [a-z ]+\): \w+: /)
    ok(skipped.some((title) => title.endsWith('SCHEMA_TOO_NEW: keeps `migrate` off a database that a newer library migrated')))
    equal(titled(/^all \d/).title, `all ${whole.run.size - 1} cases of the contract ran, but for ${skipped.length} that are left out`)
  })

  test('fails a case whose hook is missing where nobody gave a reason for that', async () => {
    const { skipped, titled } = registered(memory, undefined)
    deepEqual(skipped, [])
    await rejects(titled(/a server that does not answer/).body(), /memory has no faults\.unreachable: write the hook/)
  })

  test('fails where a case is left out although the backend has its hook, and where one did not run', async () => {
    const backend = { ...memoryBackend(), faults: { ...memory.faults, unreachable: async () => memory.createAdapter() } }
    const { run, titled } = registered(backend, memoryLeftOut)
    const last = titled(/^all \d/).body
    await rejects(last(), (error: Error & { actual: readonly string[] }) => error.actual.length === run.size - 1)
    for (const body of run.values()) if (body !== last) await body()
    await rejects(last(), (error: Error & { actual: readonly string[] }) => error.actual.join() === 'faults.unreachable')
  })

  test('takes the runner of Node as it is', () => {
    const runner: ContractRun['test'] = nodeTest
    equal(typeof runner.skip, 'function')
  })
})

describe('a case', () => {
  const backend = { ...memory, faults: { unreachable: async () => memory.createAdapter() } }

  test('reaches no hook that it does not declare', async () => {
    const reaching = contractCase({ run: async ({ faults }) => void (await faults.unreachable()) })
    await rejects(runCase(backend, reaching, 'a'), /reaches for faults\.unreachable, and does not say that it needs it/)
    await runCase(backend, { ...reaching, needs: ['faults.unreachable'] }, 'b')
  })

  test('declares no hook that it does without', async () => {
    await rejects(runCase(backend, contractCase({ needs: ['faults.unreachable'] }), 'a'), /and does without it/)
  })

  test('that needs a hook does not pass where there is none', async () => {
    await rejects(runCase(memory, contractCase({ needs: ['faults.schemaTooNew'] }), 'a'), /memory has no faults\.schemaTooNew/)
  })

  test('ends in UNSUPPORTED where the backend lacks what it needs', async () => {
    const needs = ['transactions'] as const
    await rejects(runCase(memory, contractCase({ needs }), 'a'), /went through the case without UNSUPPORTED/)
    const refused = contractCase({ needs, run: async ({ store }) => void store().using({}) })
    await runCase(memory, refused, 'b')
  })
})
