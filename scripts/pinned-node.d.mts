export declare const NODE_MAJOR: number;
export declare const repositoryRoot: string;
export declare function pinnedNodePath(): string | null;
export declare function isNewEnough(): boolean;
