import { ConversationStoreError } from '../model/errors.js'
import type { MigrateStoreOptions } from './adapter.js'

/** Throws UNSUPPORTED if roles are to be granted something by an engine that has no roles of this kind. */
export function refuseServingRoles({ servingRoles }: MigrateStoreOptions): void {
  if (servingRoles === undefined) return
  throw new ConversationStoreError('UNSUPPORTED', { operation: 'migrate({ servingRoles })', needs: 'PostgreSQL or PGlite' })
}
