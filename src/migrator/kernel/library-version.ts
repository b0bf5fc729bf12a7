/**
 * Written into the ledger, so that an operator sees which version made a schema. A test keeps it equal to the package's
 * version.
 */
export const libraryVersion = '0.1.0'
