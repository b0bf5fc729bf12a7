export type { ContractBackend, ContractFaults, RawReader, RawRow } from './contract-backend.js'
export type { Capability, CaseList, ContractCase, FaultHook } from './contract-case.js'
export { type ContractMethod, contractCases } from './contract-cases.js'
export type { ContractClock, ContractContext, StoreOptions } from './contract-context.js'
export { errorCases } from './error-cases.js'
export {
  allCases,
  type ContractRun,
  type ContractTest,
  type LeftOut,
  missingHooks,
  type NamedCase,
  runCase,
  runContract,
} from './run-contract.js'
export type { Scene } from './scene.js'
