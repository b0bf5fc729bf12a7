import * as z from 'zod/mini'
import { limits, longestLeaseMs } from '../limits.js'
import { id, integer, kind } from './scalars.js'

const leaseName = { kind, key: id }
const ttlMs = integer(1, longestLeaseMs)
const token = integer(1, Number.MAX_SAFE_INTEGER)

export const acquireLeaseInput = z.strictObject({ ...leaseName, holder: id, ttlMs })
export const renewLeaseInput = z.strictObject({ ...leaseName, token, ttlMs })
export const releaseLeaseInput = z.strictObject({ ...leaseName, token })
export const releaseExpiredLeasesInput = z.strictObject({ kind })
export const acquireSyncLockInput = z.strictObject({ oaId: id, owner: id, ttlMs: z.optional(ttlMs) })
export const writeOptions = z.strictObject({ lease: z.optional(z.strictObject({ ...leaseName, token })) })
export const listLeasesInput = z.strictObject({
  kind: z.optional(kind),
  limit: z.optional(integer(1, limits.pageItems)),
  cursor: z.optional(z.string()),
})
