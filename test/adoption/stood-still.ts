/**
 * What a host's `onProgress` does whose process stands still, once, until a lease of `leaseTtlMs` is over. No timer
 * runs meanwhile, so nothing renews the lease or tells that it is lost.
 */
export function standingStill(leaseTtlMs: number): () => void {
  let hasStood = false
  return () => {
    if (hasStood) return
    hasStood = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, leaseTtlMs)
  }
}
