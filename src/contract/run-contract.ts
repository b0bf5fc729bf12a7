import assert from 'node:assert/strict'
import { isConversationStoreError } from '../model/errors.js'
import type { ContractBackend } from './contract-backend.js'
import type { Capability, ContractCase } from './contract-case.js'
import { contractCases } from './contract-cases.js'
import { createContractContext } from './contract-context.js'
import { errorCases } from './error-cases.js'

export interface NamedCase {
  /** The method or the error code that the case is about. */
  readonly subject: string
  readonly contractCase: ContractCase
}

/** The whole contract, in a fixed order. */
export function allCases(): readonly NamedCase[] {
  return [...Object.entries(contractCases), ...Object.entries(errorCases)].flatMap(([subject, cases]) =>
    cases.map((contractCase) => ({ subject, contractCase })),
  )
}

/**
 * Runs one case. `name` keeps its strings apart from those of other runs on the same backend. Where the backend lacks what the case
 * needs, the case passes when it ends in UNSUPPORTED: what is missing is refused, and not quietly done by half.
 */
export async function runCase(backend: ContractBackend, { run, needs = [] }: ContractCase, name: string): Promise<void> {
  const missing = needs.filter((capability) => !supports(backend, capability))
  const context = createContractContext(backend, name)
  if (missing.length === 0) return run(context)
  try {
    await run(context)
  } catch (error) {
    if (!isConversationStoreError(error, 'UNSUPPORTED')) throw error
    assert.ok(error.details.needs.length > 0, 'UNSUPPORTED does not say what is needed')
    return
  }
  assert.fail(`${backend.name} does not support ${missing.join(' and ')}, and went through the case without UNSUPPORTED`)
}

function supports(backend: ContractBackend, capability: Capability): boolean {
  return capability === 'events' ? backend.supportsEvents : backend.supportsTransactions
}

export interface ContractRun {
  /** Called once, at the first case. */
  readonly backend: () => Promise<ContractBackend>
  /** The host's runner: `test` of vitest, jest or node:test. Cases must run one after the other, as they do by default. */
  readonly test: (title: string, run: () => Promise<void>) => unknown
}

/** Registers every case as a test of the host's runner, and a last one which proves that none was left out and closes the backend. */
export function runContract({ backend, test }: ContractRun): void {
  let opening: Promise<ContractBackend> | undefined
  const open = () => {
    opening ??= backend()
    return opening
  }
  const cases = allCases()
  const ran = new Set<number>()
  for (const [index, { subject, contractCase }] of cases.entries()) {
    test(`${subject}: ${contractCase.title}`, async () => {
      const opened = await open()
      ran.add(index)
      await runCase(opened, contractCase, String(index))
    })
  }
  test(`all ${cases.length} cases of the contract ran`, async () => {
    const opened = await open()
    await opened.close()
    const skipped = cases.filter((_, index) => !ran.has(index)).map(({ subject, contractCase }) => `${subject}: ${contractCase.title}`)
    assert.deepEqual(skipped, [])
  })
}
