import assert from 'node:assert/strict'
import type { ContractBackend, ContractFaults } from './contract-backend.js'
import type { ContractCase, FaultHook } from './contract-case.js'

const named = (fault: string): FaultHook => `faults.${fault as keyof ContractFaults}`

/** The hooks that the case needs. */
export function hooksOf({ needs = [] }: ContractCase): readonly FaultHook[] {
  return needs.filter((need): need is FaultHook => need.startsWith('faults.'))
}

export function hasHook({ faults = {} }: ContractBackend, hook: FaultHook): boolean {
  return Reflect.get(faults, hook.slice('faults.'.length)) !== undefined
}

/** The hooks that a case gets from a backend that has all the hooks it needs. */
export interface ReachableHooks {
  readonly faults: Required<ContractFaults>
  /** Returns the hooks that the case says it needs and has not used. */
  unused(): readonly FaultHook[]
}

/**
 * Gives a case only the hooks that it has declared. A case has to declare in its data what it needs. Otherwise nobody
 * knows before the run which backends cannot run it.
 */
export function reachableHooks({ faults = {} }: ContractBackend, contractCase: ContractCase): ReachableHooks {
  const declared = hooksOf(contractCase)
  const reached = new Set<FaultHook>()
  return {
    faults: new Proxy(faults as Required<ContractFaults>, {
      get(target, fault, receiver) {
        const hook = named(String(fault))
        assert.ok(declared.includes(hook), `the case reaches for ${hook}, and does not say that it needs it`)
        reached.add(hook)
        return Reflect.get(target, fault, receiver)
      },
    }),
    unused: () => declared.filter((hook) => !reached.has(hook)),
  }
}
