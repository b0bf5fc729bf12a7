import * as z from 'zod'
import type { TenantFields, TenantFunction } from '../../migrator/databases.js'
import { word } from './value-kinds.js'

const allowed = 'must be a function, or the names of fields: { collection, tenantId, database }'
const name = word().fromValue.optional()

/** Where the tenants come from: a function, or the names that the public database uses. */
export const tenantFields = z.union(
  [
    z.custom<TenantFunction>((value) => typeof value === 'function', allowed),
    z.strictObject({ collection: name, tenantId: name, database: name }, { error: allowed }).transform(
      ({ collection, tenantId, database }): TenantFields => ({
        ...(collection === undefined ? {} : { collection }),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(database === undefined ? {} : { database }),
      }),
    ),
  ],
  { error: allowed },
)
