import type { ContractFaults } from './contract-backend.js'
import type { ContractContext } from './contract-context.js'

/** What a backend may lack. Where it does, a case that needs it must end in UNSUPPORTED. */
export type Capability = 'events' | 'transactions'

/** A hook of `ContractBackend.faults`. Where a backend has none, a case that needs it is left out, with the reason. */
export type FaultHook = `faults.${keyof ContractFaults}`

/**
 * One promise, runner-free: `run` resolves when the backend keeps it, and rejects with an AssertionError when it does
 * not.
 */
export interface ContractCase {
  /** A sentence about behaviour. */
  readonly title: string
  /**
   * What the case can not be run without. It is data, so that a runner knows before the run which cases a backend can
   * not run.
   */
  readonly needs?: readonly (Capability | FaultHook)[]
  run(context: ContractContext): Promise<void>
}

export type CaseList = readonly [ContractCase, ...ContractCase[]]

/** Cases that write events. */
export function withEvents(cases: CaseList): CaseList {
  const [first, ...rest] = cases
  return [needing(first, 'events'), ...rest.map((each) => needing(each, 'events'))]
}

function needing(each: ContractCase, capability: Capability): ContractCase {
  return { ...each, needs: [...(each.needs ?? []), capability] }
}
