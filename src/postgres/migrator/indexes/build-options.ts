import type { BuildWatch } from '../../../migrator/kernel/index-build.js'
import type { MigrationLogger } from '../../../migrator/kernel/target.js'

export interface BuildOptions {
  readonly signal: AbortSignal
  readonly logger: MigrationLogger
  /** Tells meanwhile how far the build is. Default: it doesn't. */
  readonly watch?: BuildWatch
  /** False inside a transaction. The index is then built at once, and writers wait. */
  readonly concurrently: boolean
  /**
   * Milliseconds for which one attempt waits for locks. Default 2,000, or 600,000 if it builds concurrently, because
   * the wait then includes older transactions.
   */
  readonly lockTimeoutMs?: number
}
