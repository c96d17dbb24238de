/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_REMOVE_TREE_H
#define RUN_REMOVE_TREE_H

/* Remove a folder of our own with everything in it; links are removed, not followed. What cannot
 * be removed stays: it lies in the system's folder for temporary files. */
void remove_tree(const char *path);

#endif
