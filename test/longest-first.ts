import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What starts servers and browsers takes longest; what comes last should be short, so that no worker is left alone. */
const order = ['browser', 'process', 'workers', 'node']

const rank = ({ project }: TestSpecification): number => order.indexOf(project.name)

/** Longest projects first; in each, the longest files of the last run, or the largest where nothing ran yet. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
