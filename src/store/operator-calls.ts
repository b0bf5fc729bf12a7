import type { Leases } from './leases.js'

/**
 * The account of what belongs to no account. No host's account can have it, because an account's id is never empty. So
 * every statement names an account, also those of the operator.
 */
export const operatorScope = ''

/** What belongs to whoever operates the store, and to none of its accounts. */
export interface OperatorCalls extends Leases {}
