/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds. Ids are those of cityscapesScripts' labels.py. */
#include "kinds.h"

const KindInfo kinds[KIND_COUNT] = {
    [KIND_UNLABELED] = { "unlabeled", 0, 255, false },
    [KIND_EGO_VEHICLE] = { "ego vehicle", 1, 255, false },
    [KIND_STATIC] = { "static", 4, 255, false },
    [KIND_DYNAMIC] = { "dynamic", 5, 255, false },
    [KIND_ROAD] = { "road", 7, 0, false },
    [KIND_SIDEWALK] = { "sidewalk", 8, 1, false },
    [KIND_RAIL_TRACK] = { "rail track", 10, 255, false },
    [KIND_BUILDING] = { "building", 11, 2, false },
    [KIND_WALL] = { "wall", 12, 3, false },
    [KIND_FENCE] = { "fence", 13, 4, false },
    [KIND_POLE] = { "pole", 17, 5, false },
    [KIND_TRAFFIC_LIGHT] = { "traffic light", 19, 6, false },
    [KIND_TRAFFIC_SIGN] = { "traffic sign", 20, 7, false },
    [KIND_VEGETATION] = { "vegetation", 21, 8, false },
    [KIND_TERRAIN] = { "terrain", 22, 9, false },
    [KIND_SKY] = { "sky", 23, 10, false },
    [KIND_PERSON] = { "person", 24, 11, true },
    [KIND_RIDER] = { "rider", 25, 12, true },
    [KIND_CAR] = { "car", 26, 13, true },
    [KIND_TRUCK] = { "truck", 27, 14, true },
    [KIND_BUS] = { "bus", 28, 15, true },
    [KIND_TRAIN] = { "train", 31, 16, true },
    [KIND_MOTORCYCLE] = { "motorcycle", 32, 17, true },
    [KIND_BICYCLE] = { "bicycle", 33, 18, true },
};

uint8_t kinds_train_id(uint8_t label_id)
{
    for (int i = 0; i < KIND_COUNT; ++i) {
        if (kinds[i].label_id == label_id)
            return kinds[i].train_id;
    }
    return 255;
}
