import type { MigrationLogger } from '../../../migrator/kernel/target.js'

export interface BuildOptions {
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** False inside a transaction: builds at once, and writers wait. */
  readonly concurrently: boolean
  /**
   * How long one attempt waits for locks; default: 2 s, concurrently 10 min, which then also waits for older
   * transactions.
   */
  readonly lockTimeoutMs?: number
}
