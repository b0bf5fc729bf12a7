import assert from 'node:assert/strict'
import { isConversationStoreError } from '../model/errors.js'
import type { ContractBackend } from './contract-backend.js'
import type { Capability, ContractCase, FaultHook } from './contract-case.js'
import { contractCases } from './contract-cases.js'
import { createContractContext } from './contract-context.js'
import { errorCases } from './error-cases.js'
import { hasHook, hooksOf, reachableHooks } from './fault-hooks.js'

export interface NamedCase {
  /** The method or the error code that the case is about. */
  readonly subject: string
  readonly contractCase: ContractCase
}

/** Returns the whole contract, in a fixed order. */
export function allCases(): readonly NamedCase[] {
  return [...Object.entries(contractCases), ...Object.entries(errorCases)].flatMap(([subject, cases]) =>
    cases.map((contractCase) => ({ subject, contractCase })),
  )
}

/**
 * Returns the hooks that the case needs and the backend does not have. If there is any, the case cannot run and has to
 * be left out.
 */
export function missingHooks(backend: ContractBackend, contractCase: ContractCase): readonly FaultHook[] {
  return hooksOf(contractCase).filter((hook) => !hasHook(backend, hook))
}

/**
 * Runs one case. `name` keeps its strings different from those of other runs on the same backend. When the backend
 * lacks a capability that the case needs, the case passes if it ends in UNSUPPORTED. That shows that the backend
 * refuses what it cannot do, and does not quietly do half of it. A case that needs a hook which the backend does not
 * have fails: nothing was tried, so it did not pass.
 */
export async function runCase(backend: ContractBackend, contractCase: ContractCase, name: string): Promise<void> {
  const hooks = missingHooks(backend, contractCase)
  assert.ok(
    hooks.length === 0,
    `${backend.name} has no ${hooks.join(' and ')}: write the hook, or give the reason why there is none in \`leftOut\``,
  )
  const { faults, unused } = reachableHooks(backend, contractCase)
  const context = createContractContext(backend, name, faults)
  const lacking = capabilitiesOf(contractCase).filter((capability) => !supports[capability](backend))
  if (lacking.length > 0) return endsInUnsupported(contractCase.run(context), `${backend.name} does not support ${lacking.join(' and ')}`)
  await contractCase.run(context)
  assert.deepEqual(unused(), [], 'the case says that it needs a hook, and does without it')
}

async function endsInUnsupported(run: Promise<void>, reason: string): Promise<void> {
  try {
    await run
  } catch (error) {
    if (!isConversationStoreError(error, 'UNSUPPORTED')) throw error
    assert.ok(error.details.operation.length > 0 && error.details.needs.length > 0, 'UNSUPPORTED does not say what is needed')
    return
  }
  assert.fail(`${reason}, and went through the case without UNSUPPORTED`)
}

function capabilitiesOf({ needs = [] }: ContractCase): readonly Capability[] {
  return needs.filter((need): need is Capability => need in supports)
}

const supports: { readonly [C in Capability]: (backend: ContractBackend) => boolean } = {
  events: ({ supportsEvents }) => supportsEvents,
  transactions: ({ supportsTransactions }) => supportsTransactions,
  'joint writes': ({ supportsJointWrites = true }) => supportsJointWrites,
}

/**
 * The host's runner: `test` of vitest, jest or node:test. Cases must run one after the other, as they do by default.
 */
export interface ContractTest {
  (title: string, run: () => Promise<void>): unknown
  readonly skip: (title: string, run: () => Promise<void>) => unknown
}

/**
 * Why a backend has no such hook, in a few words. The reason stands in the title of each case that is left out because
 * of it.
 */
export type LeftOut = { readonly [H in FaultHook]?: string }

export interface ContractRun {
  /** Called once, at the first case. */
  readonly backend: () => Promise<ContractBackend>
  readonly test: ContractTest
  /** Default: no hook, so every case is run. A case fails when its hook is missing and not named here. */
  readonly leftOut?: LeftOut
}

/**
 * Registers every case as a test of the host's runner. Cases that the backend cannot run are registered as skipped
 * tests, with the reason in their title. A last test checks that no other case was left out, and closes the backend.
 */
export function runContract({ backend, test, leftOut = {} }: ContractRun): void {
  let opening: Promise<ContractBackend> | undefined
  const open = () => {
    opening ??= backend()
    return opening
  }
  const cases = allCases().map(({ subject, contractCase }, index) => {
    const [reason] = hooksOf(contractCase).flatMap((hook) => leftOut[hook] ?? [])
    return { index, title: `${subject}: ${contractCase.title}`, contractCase, reason }
  })
  const ran = new Set<number>()
  for (const { index, title, contractCase, reason } of cases) {
    const run = async () => {
      const opened = await open()
      ran.add(index)
      await runCase(opened, contractCase, String(index))
    }
    if (reason === undefined) test(title, run)
    else test.skip(`left out (${reason}): ${title}`, run)
  }
  const runnable = cases.filter(({ reason }) => reason === undefined)
  test(`all ${cases.length} cases of the contract ran, but for ${cases.length - runnable.length} that are left out`, async () => {
    const opened = await open()
    await opened.close()
    const skipped = runnable.filter(({ index }) => !ran.has(index)).map(({ title }) => title)
    assert.deepEqual(skipped, [])
    const needless = (Object.keys(leftOut) as FaultHook[]).filter((hook) => hasHook(opened, hook))
    assert.deepEqual(needless, [], `${opened.name} has hooks whose cases are left out`)
  })
}
