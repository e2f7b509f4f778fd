/**
 * The practice's networks, for pages as well as for Node: nothing here needs a file system.
 *
 * @module
 */

export { type ImageNetworkName, imageNetworks, type NetworkShape, pooledBlock } from "./pictures/networks.js";
export { convolutions } from "./techniques/convolutions.js";
