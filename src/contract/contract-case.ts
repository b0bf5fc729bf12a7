import type { ContractFaults } from './contract-backend.js'
import type { ContractContext } from './contract-context.js'

/** What a backend may lack. A case that needs it must then end in UNSUPPORTED. */
export type Capability = 'events' | 'transactions' | 'joint writes'

/**
 * A hook of `ContractBackend.faults`. A case that needs a hook which the backend lacks is left out, with the reason.
 */
export type FaultHook = `faults.${keyof ContractFaults}`

/**
 * One promise of the contract, for any test runner. `run` resolves when the backend keeps the promise, and rejects with
 * an AssertionError when it does not.
 */
export interface ContractCase {
  /** A sentence about behaviour. */
  readonly title: string
  /**
   * What the case cannot run without. It is data, so that a runner knows before the run which cases a backend cannot
   * run.
   */
  readonly needs?: readonly (Capability | FaultHook)[]
  run(context: ContractContext): Promise<void>
}

export type CaseList = readonly [ContractCase, ...ContractCase[]]

/** Marks cases that write events. */
export function withEvents(cases: CaseList): CaseList {
  return allNeeding(cases, 'events')
}

/** Marks cases that match a username, or that connect or disconnect an inbox. */
export function withJointWrites(cases: CaseList): CaseList {
  return allNeeding(cases, 'joint writes')
}

function allNeeding([first, ...rest]: CaseList, capability: Capability): CaseList {
  const needing = (each: ContractCase): ContractCase => ({ ...each, needs: [...(each.needs ?? []), capability] })
  return [needing(first), ...rest.map(needing)]
}
