/** For the ledger, so that an operator sees who made a schema. A test keeps it the package's. */
export const libraryVersion = '0.1.0'
