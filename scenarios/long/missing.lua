-- SPDX-License-Identifier: Apache-2.0
missing{
    id = "LONG-01",
    title = "Controls around every case",
    reason = "Every case runs between two runs of its control; there is nothing to serve.",
}
missing{
    id = "LONG-02",
    title = "Order by chance",
    reason = "assay run --shuffle orders the cases by chance; compare two runs.",
}
missing{
    id = "LONG-04",
    title = "Two versions of a firmware compared",
    reason = "assay run --expect compares a run with stored verdicts.",
}
missing{
    id = "LONG-06",
    title = "Two boards of one model",
    reason = "assay run -b A B runs both; their verdicts are compared, not served.",
}
missing{
    id = "LONG-07",
    title = "Firmware updates",
    reason = "The bench has no update server yet.",
}
