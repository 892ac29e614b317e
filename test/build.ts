import { buildWorker } from '../scripts/worker-build.ts'

/** Once before all files that start servers, which would otherwise each build the same at the same time. */
export default async function build(): Promise<void> {
  await buildWorker()
}
