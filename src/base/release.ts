/** Which build this is. The version comes from package.json at build time. */
import manifest from "../../package.json" with { type: "json" };

/** Release of this build, such as `0.1.0`. */
export const RELEASE: string = manifest.version;
