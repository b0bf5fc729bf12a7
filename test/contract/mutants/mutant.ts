import { type ContractBackend, type ContractMethod, contractCases, errorCases, missingHooks, runCase } from '../../../src/contract/index.js'
import type { ErrorCode } from '../../../src/model/errors.js'

/**
 * A planted bug: what goes wrong, the part of the contract in which it has to show, and a case that catches it. Other
 * cases may catch it too.
 */
export interface Mutant {
  readonly bug: string
  readonly subject: ContractMethod | ErrorCode
  readonly caughtBy: string
}

const subjects: Readonly<Record<string, readonly { readonly title: string; run(context: never): Promise<void> }[]>> = {
  ...contractCases,
  ...errorCases,
}

/** The titles of the cases of the subject that fail on the backend. */
export async function failingCases(backend: ContractBackend, { bug, subject }: Mutant, only?: string): Promise<readonly string[]> {
  const failing: string[] = []
  for (const [index, contractCase] of (subjects[subject] ?? []).entries()) {
    if (only !== undefined && contractCase.title !== only) continue
    if (missingHooks(backend, contractCase).length > 0) continue
    try {
      await runCase(backend, contractCase, `${bug.replaceAll(' ', '-')}-${index}`)
    } catch {
      failing.push(contractCase.title)
    }
  }
  return failing
}
