import type { TestHome } from '../../../kit/home.ts';
import type { ApiContract } from '../../../kit/api-contract.ts';
import type { ApiOptions, ApiScene } from '../../../kit/api.ts';

/** What one operation answers, played on a daemon of its own. */
export interface ContractCase {
  readonly home?: ApiOptions;
  /** Gets every documented answer but those that all operations have in common. */
  play(scene: ContractScene): Promise<void>;
  /** The same on another HOME, before which something was done to it. */
  readonly also?: {
    prepare(home: TestHome): Promise<void>;
    play(scene: ContractScene): Promise<void>;
  };
  /** Documented statuses that nobody gets to see here, each with why. */
  readonly unseen: Readonly<Record<string, string>>;
}

export interface ContractScene extends ApiScene {
  readonly contract: ApiContract;
  /** A token for everything. */
  readonly everything: string;
}

export const repositoryFails = 'only where git, the signer or the disk fails beneath it';
